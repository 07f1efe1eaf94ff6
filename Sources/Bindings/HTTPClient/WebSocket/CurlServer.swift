internal import CCurl

/// The server of a URL, as curl reads it.
struct CurlServer {
    /// A name or a numeric address, as it stands in a certificate.
    let host: String
    /// A URL by which curl connects there and says nothing.
    let plainURL: String

    /// Nil for what curl takes for no URL of a server.
    init?(of url: String) {
        guard let parts = unsafe curl_url() else { preconditionFailure("no memory for libcurl") }
        defer { unsafe curl_url_cleanup(parts) }
        guard unsafe curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let host = unsafe CurlServer.part(CURLUPART_HOST, of: parts),
            let port = unsafe CurlServer.part(CURLUPART_PORT, of: parts),
            unsafe curl_url_set(parts, CURLUPART_SCHEME, "http", 0) == CURLUE_OK,
            unsafe curl_url_set(parts, CURLUPART_PORT, port, 0) == CURLUE_OK,
            unsafe curl_url_set(parts, CURLUPART_PATH, "/", 0) == CURLUE_OK,
            unsafe curl_url_set(parts, CURLUPART_QUERY, nil, 0) == CURLUE_OK,
            let plainURL = unsafe CurlServer.part(CURLUPART_URL, of: parts)
        else { return nil }
        self.host = CurlServer.bare(host)
        self.plainURL = plainURL
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parts, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
            let found = unsafe text
        else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }

    /// Without the brackets of an address of IPv6, and the dot that ends a full name.
    private static func bare(_ host: String) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}
