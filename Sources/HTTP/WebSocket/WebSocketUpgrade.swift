import Text

/// The server's half of the handshake: a request to open a WebSocket, checked.
package struct WebSocketUpgrade: Sendable {
    package let key: WebSocketKey

    /// Throws the answer to a request that does not ask for a WebSocket as RFC 6455 has it.
    package init(_ request: HTTPRequest) throws(Refused) {
        let headers = request.headers
        guard request.method == .get, headers.hasToken("websocket", in: "Upgrade"),
            headers.hasToken("upgrade", in: "Connection")
        else { throw Refused(.text(.badRequest, "only WebSockets are opened here\n")) }
        guard headers.all("Sec-WebSocket-Version") == ["13"] else {
            var response = HTTPResponse.text(.upgradeRequired, "the WebSocket's version must be 13\n")
            response.headers["Sec-WebSocket-Version"] = "13"
            throw Refused(response)
        }
        let keys = headers.all("Sec-WebSocket-Key")
        guard keys.count == 1, let key = WebSocketKey(keys[0]) else {
            throw Refused(.text(.badRequest, "Sec-WebSocket-Key must be 16 bytes in base64, once\n"))
        }
        self.key = key
    }

    package struct Refused: Error {
        package let response: HTTPResponse
        init(_ response: HTTPResponse) { self.response = response }
    }
}

extension HTTPHeaders {
    /// True if the field lists this token, among others perhaps.
    func hasToken(_ token: String, in name: String) -> Bool {
        all(name).contains { value in
            value.utf8.split(separator: UInt8(ascii: ",")).contains { part in
                Substring(part).withoutSpaceAround.isSameToken(as: token)
            }
        }
    }
}
