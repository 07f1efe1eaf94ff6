import HTTP

/// The delimiting of a response's body on the wire.
enum ResponseFraming {
    case length(Int)
    case chunked
    /// HTTP/1.0 has no other way for a body of unknown length.
    case untilClose
    /// 1xx and 204 have no body and must not name a length.
    case none
}

/// Writes a response's head. Server-owned fields (length, coding, connection, date) are ours alone.
func writeHead(
    of response: HTTPResponse,
    framing: ResponseFraming,
    keepsAlive: Bool,
    isHTTP11: Bool,
    date: [UInt8],
    to out: inout [UInt8]
) {
    out.append(contentsOf: "HTTP/1.1 ".utf8)
    out.append(contentsOf: String(response.status.code).utf8)
    out.append(UInt8(ascii: " "))
    out.append(contentsOf: response.status.reason.utf8)
    out.append(contentsOf: "\r\nDate: ".utf8)
    out.append(contentsOf: date)
    for field in response.headers.fields where !isServerOwned(field.name) {
        writeLineBreak(to: &out)
        writeSafely(field.name, to: &out)
        out.append(contentsOf: ": ".utf8)
        writeSafely(field.value, to: &out)
    }
    switch framing {
    case .length(let length): out.append(contentsOf: "\r\nContent-Length: \(length)".utf8)
    case .chunked: out.append(contentsOf: "\r\nTransfer-Encoding: chunked".utf8)
    case .untilClose, .none: break
    }
    if response.status == .switchingProtocols {
        out.append(contentsOf: "\r\nConnection: Upgrade".utf8)
    } else if !keepsAlive {
        out.append(contentsOf: "\r\nConnection: close".utf8)
    } else if !isHTTP11 {
        out.append(contentsOf: "\r\nConnection: keep-alive".utf8)
    }
    out.append(contentsOf: "\r\n\r\n".utf8)
}

private func writeLineBreak(to out: inout [UInt8]) {
    out.append(0x0D)
    out.append(0x0A)
}

/// A control character in a value would let whoever chose it write header fields of their own.
private func writeSafely(_ text: String, to out: inout [UInt8]) {
    for byte in text.utf8 { out.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
}

private func isServerOwned(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: name.isSameToken(as: "date")
    case 10: name.isSameToken(as: "connection")
    case 14: name.isSameToken(as: "content-length")
    case 17: name.isSameToken(as: "transfer-encoding")
    default: false
    }
}
