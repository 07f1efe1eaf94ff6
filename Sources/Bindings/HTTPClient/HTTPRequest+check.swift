import HTTP

extension HTTPRequest {
    /// Refuses what curl would pass on as it stands and what would tear the request apart on the wire.
    func checkForSending(_ options: HTTPRequestOptions) throws(HTTPTransportError) {
        try require(Self.methods.contains(method), "only GET, HEAD, POST, PUT, DELETE and OPTIONS are sent")
        try require(method != .head || body.isEmpty && source == nil, "a HEAD request has no body")
        try require(body.isEmpty || source == nil, "a request has one body")
        try require(target.utf8.count <= Self.maxTarget, "the URL is longer than \(Self.maxTarget) bytes")
        try require(target.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "the URL has a space or a control character")
        for field in headers.fields { try check(field) }
        if let file = options.caFile {
            try require(!file.isEmpty && !file.utf8.contains(0), "the CA file has no usable name")
        }
        guard let proxy = options.proxy else { return }
        let lowercased = proxy.lowercased()
        try require(
            Self.proxySchemes.contains { lowercased.hasPrefix($0) }
                && proxy.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F },
            "the proxy is no URL with http://, https:// or socks5://"
        )
    }

    private static let maxTarget = 64 << 10
    private static let methods: Set<HTTPMethod> = [.get, .head, .post, .put, .delete, .options]
    private static let proxySchemes = ["http://", "https://", "socks5://", "socks5h://"]

    /// The fields that frame a message, which the transport alone writes.
    private static let framing = [
        "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Trailer",
    ]

    private func check(_ field: HTTPHeaders.Field) throws(HTTPTransportError) {
        try require(field.name.isToken, "a header's name is no token")
        try require(field.value.isFieldValue, "the value of the header \(field.name) has a control character")
        try require(
            !Self.framing.contains { $0.isSameToken(as: field.name) },
            "the header \(field.name) is not for the caller to set"
        )
    }

    private func require(_ holds: Bool, _ complaint: String) throws(HTTPTransportError) {
        if !holds { throw .notSent("\(method) \(addressForPeople(of: target)): \(complaint)") }
    }
}

extension String {
    fileprivate var isToken: Bool {
        !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
    }

    fileprivate var isFieldValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }
}
