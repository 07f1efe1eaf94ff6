internal import CCurl
import HTTP

extension CurlHandle {
    /// Everything that holds for each request, whatever it is.
    func applyHouseRules(authorities: String?) {
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, CCURL_HTTP_1_1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_NOPROGRESS, 1)
        // Without it, cancelling during a look-up of a name stops the thread until the resolver gives up.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_BUFFERSIZE, 8 << 10)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        unsafe ccurl_set_private_sockets(pointer)
        // Servers close idle connections: one that is older may die just when a request is written to it.
        set(CURLOPT_MAXAGE_CONN, 30)
        set(CURLOPT_USERAGENT, "wecom-router")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, CCURL_TLS_1_2)
        if let authorities { trust(authorities) }
    }

    /// Trusts the authorities in this file and no others. Connections with different ones are never shared: curl keeps a
    /// connection's TLS settings with it and compares them.
    private func trust(_ authorities: String) {
        set(CURLOPT_CAINFO, authorities)
        unsafe ccurl_set_text(pointer, CURLOPT_CAPATH, nil)
    }

    func apply(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.target)
        switch request.method {
        case .head: set(CURLOPT_NOBODY, 1)
        case .post, .put: setBody(of: request)
        default: if !request.body.isEmpty || request.source != nil { setBody(of: request) }
        }
        if request.method != .head, request.method != .post { set(CURLOPT_CUSTOMREQUEST, request.method.text) }
        for field in request.headers.fields {
            addHeader(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        addHeader("Expect:")
        if request.headers["Content-Type"] == nil { addHeader("Content-Type:") }
    }

    private func setBody(of request: HTTPRequest) {
        if let source = request.source { setBody(ofSize: source.size) } else { setBody(request.body) }
    }

    /// `totalTimeout` is what is left of it. Empty texts for the proxy keep the environment from deciding.
    func apply(_ options: HTTPRequestOptions, totalTimeout: Duration?) {
        set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout)
        if let totalTimeout { set(CURLOPT_TIMEOUT_MS, totalTimeout) }
        set(CURLOPT_PROXY, options.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        if let authorities = options.caFile { trust(authorities) }
        if let path = options.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }
}
