/// The client's half of the handshake: the request, and the answer as it comes.
package struct WebSocketHandshake: Sendable {
    /// An answer's head beyond this is refused.
    package static let maxHead = 16 << 10

    private let address: WebSocketAddress
    private let key: WebSocketKey
    /// The value of `Sec-WebSocket-Accept` that proves that the server has understood.
    private let accept: String
    private let origin: String?
    private var line: [UInt8] = []
    private var head = HTTPAnswerHead(maxSize: WebSocketHandshake.maxHead)

    package init(to address: WebSocketAddress, key: WebSocketKey, accept: String, origin: String? = nil) {
        self.address = address
        self.key = key
        self.accept = accept
        self.origin = origin
    }

    package var request: [UInt8] {
        var lines = [
            "GET \(address.target) HTTP/1.1", "Host: \(address.authority)", "Connection: Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key.text)",
            "User-Agent: wecom-router",
        ]
        if let origin { lines.append("Origin: \(origin)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Reads on in the answer. True once both ends agree: what is left of `input` are frames.
    package mutating func take(_ input: inout ArraySlice<UInt8>) throws(WebSocketError) -> Bool {
        while let byte = input.popFirst() {
            line.append(byte)
            guard line.count <= WebSocketHandshake.maxHead else { throw tooLarge }
            guard byte == UInt8(ascii: "\n") else { continue }
            switch head.take(exchange(&line, with: [])) {
            case .more: continue
            case .tooLarge: throw tooLarge
            case .complete:
                try judge()
                return true
            }
        }
        return false
    }

    private var tooLarge: WebSocketError {
        .badHandshake("the head of the answer of \(address) exceeds \(WebSocketHandshake.maxHead) bytes")
    }

    private func judge() throws(WebSocketError) {
        guard head.status.code != 0 else { throw .badHandshake("\(address) does not speak HTTP") }
        guard head.status == .switchingProtocols else { throw .refused(head.status, address: "\(address)") }
        let headers = head.headers
        guard headers.all("Upgrade").count == 1, headers["Upgrade"]?.isSameToken(as: "websocket") == true,
            headers.hasToken("upgrade", in: "Connection")
        else { throw .badHandshake("\(address) switches to another protocol than WebSocket") }
        guard headers.all("Sec-WebSocket-Accept") == [accept] else {
            throw .badHandshake("\(address) does not answer to our key (Sec-WebSocket-Accept)")
        }
        for name in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"] where headers[name] != nil {
            throw .badHandshake("\(address) chose something that was not offered (\(name))")
        }
    }
}
