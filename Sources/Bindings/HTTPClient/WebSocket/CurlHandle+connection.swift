internal import CCurl
import HTTP
import System

/// A handle that only connects: through the proxy, with TLS, and then leaves its connection to us.
extension CurlHandle {
    func connectOnly() {
        set(CURLOPT_CONNECT_ONLY, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        // A proxy of HTTP would take frames for requests.
        set(CURLOPT_HTTPPROXYTUNNEL, 1)
        // Of the protocols that could be agreed on, WebSocket begins with the first alone.
        set(CURLOPT_SSL_ENABLE_ALPN, 0)
        // Nothing is read into curl's own buffer but a proxy's answer.
        set(CURLOPT_BUFFERSIZE, 1 << 10)
        // curl shares what it has read of authorities between connections only if no folder is to be searched.
        if ccurl_has_authorities_file() != 0 { unsafe ccurl_set_text(pointer, CURLOPT_CAPATH, nil) }
    }

    /// The socket of the connection that was made; nil if it is gone.
    var socket: curl_socket_t? {
        let socket = unsafe ccurl_get_socket(pointer)
        return socket == CCURL_NO_SOCKET ? nil : socket
    }

    /// The status that a proxy answered to the demand for a tunnel; zero if none did.
    var tunnelStatus: Int { unsafe ccurl_get_long(pointer, CURLINFO_HTTP_CONNECTCODE) }

    enum Received {
        case some(Int)
        case nothingYet
        case end
        case failed(CURLcode)
    }

    /// Reads what has arrived into `buffer`. Until there is nothing, TLS may hold bytes that no event tells of.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
        var count = 0
        switch unsafe curl_easy_recv(pointer, buffer.baseAddress, buffer.count, &count) {
        case CURLE_OK: return count == 0 ? .end : .some(count)
        case CURLE_AGAIN: return .nothingYet
        case let code: return .failed(code)
        }
    }

    enum Sent {
        case some(Int)
        case notYet
        case failed(CURLcode)
    }

    /// Writes some of `bytes` from `offset` on. After `notYet` it must be called with the same bytes, unmoved, until it
    /// has written: TLS has them half sealed.
    func send(_ bytes: [UInt8], from offset: Int) -> Sent {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { bytes in
            let piece = unsafe bytes[offset..<min(bytes.count, offset + CurlHandle.longestPiece)]
            return unsafe curl_easy_send(
                pointer, UnsafeRawBufferPointer(rebasing: piece).baseAddress, piece.count, &count)
        }
        switch code {
        case CURLE_OK: return .some(count)
        case CURLE_AGAIN: return .notYet
        default: return .failed(code)
        }
    }

    /// A record of TLS.
    private static let longestPiece = 16 << 10
}
