internal import CCurl

/// A handle that only connects, through the proxy, and then leaves its connection to us.
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
        if unsafe ccurl_authorities_file() != nil { unsafe ccurl_set_text(pointer, CURLOPT_CAPATH, nil) }
    }

    /// The status that a proxy answered to the demand for a tunnel; zero if none did.
    var tunnelStatus: Int { unsafe ccurl_get_long(pointer, CURLINFO_HTTP_CONNECTCODE) }
}

/// The connection of a proxy that is spoken to over TLS is curl's to read and write.
extension CurlHandle: WebSocketCarrier {
    var socket: Int32? {
        let socket = unsafe ccurl_get_socket(pointer)
        return socket == CCURL_NO_SOCKET ? nil : socket
    }

    var waitsToWrite: Bool { false }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> CarrierRead {
        var count = 0
        switch unsafe curl_easy_recv(pointer, buffer.baseAddress, buffer.count, &count) {
        case CURLE_OK: return count == 0 ? .end : .some(count)
        case CURLE_AGAIN: return .nothingYet
        case let code: return .failed(words(for: code))
        }
    }

    func write(_ bytes: [UInt8], from offset: Int) -> CarrierWrite {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { bytes in
            let piece = unsafe bytes[offset..<min(bytes.count, offset + CurlHandle.longestPiece)]
            return unsafe curl_easy_send(
                pointer, UnsafeRawBufferPointer(rebasing: piece).baseAddress, piece.count, &count)
        }
        switch code {
        case CURLE_OK: return .some(count)
        case CURLE_AGAIN: return .notYet
        default: return .failed(words(for: code))
        }
    }

    /// A record of TLS.
    private static let longestPiece = 16 << 10
}
