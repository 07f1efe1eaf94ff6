/// The address of a WebSocket: `ws://host:port/path?query`, or `wss://` for one over TLS.
package struct WebSocketAddress: Sendable, Equatable {
    package let isSecure: Bool
    /// Host and port as written.
    package let authority: String
    /// Path and query.
    package let target: String

    /// Nil for anything else: another scheme, credentials, a fragment, a space or a byte beyond ASCII.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= WebSocketAddress.longest, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8)
        else { return nil }
        let scheme = text[..<colon]
        isSecure = scheme.isSameToken(as: "wss")
        guard isSecure || scheme.isSameToken(as: "ws") else { return nil }
        let rest = bytes[bytes.index(colon, offsetBy: 3)...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex, !rest.contains(UInt8(ascii: "#")), !rest.contains(UInt8(ascii: "\\")),
            !rest[..<end].contains(UInt8(ascii: "@"))
        else { return nil }
        authority = String(text[rest.startIndex..<end])
        let target = text[end...]
        self.target = target.utf8.first == UInt8(ascii: "/") ? String(target) : "/" + target
    }

    private static let longest = 8 << 10

    /// The URL that a connection to the server is made by.
    package var url: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }
}

extension WebSocketAddress: CustomStringConvertible {
    /// Without the query, which may be secret.
    package var description: String {
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        return "\(isSecure ? "wss" : "ws")://\(authority)\(target[..<end])"
    }
}
