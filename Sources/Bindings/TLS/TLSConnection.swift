internal import CLibSSL
package import System

/// The client's end of TLS over a connected socket. Never blocks; letting go of it says good-bye and closes the socket.
///
/// One thread uses it at a time.
@safe package final class TLSConnection {
    let pointer: OpaquePointer
    private let socket: ConnectedSocket
    private let host: String
    private var isOpen = false
    /// A call could not go on before the socket can be written to.
    package private(set) var waitsToWrite = false

    /// Begins one to `host`, a name or a numeric address: its certificate has to be for that and for no other.
    package init(
        over socket: consuming ConnectedSocket, to host: String, trusting trust: TLSTrust
    ) throws(TLSFailure) {
        guard !host.isEmpty, let pointer = unsafe SSL_new(trust.context) else { throw TLSFailure("TLS needs a host") }
        unsafe self.pointer = pointer
        self.host = host
        let number = socket.number
        self.socket = socket
        guard unsafe clibssl_use_socket(pointer, SocketMethod.shared.pointer, number) == 1, expectHost() else {
            throw TLSFailure("no certificate can be for the host '\(host)'")
        }
        unsafe SSL_set_connect_state(pointer)
    }

    deinit {
        ERR_clear_error()
        if isOpen { unsafe SSL_shutdown(pointer) }
        unsafe SSL_free(pointer)
        ERR_clear_error()
    }

    package var socketNumber: Int32 { socket.number }

    private func expectHost() -> Bool {
        // A numeric address is no name: it is not asked for by name, and stands elsewhere in certificates.
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(pointer), host) == 1 { return true }
        unsafe SSL_set_hostflags(pointer, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return unsafe SSL_set1_host(pointer, host) == 1 && clibssl_name_host(pointer, host) == 1
    }

    // MARK: The handshake

    package enum Shaken: Sendable {
        case done
        /// To be called again when the socket is ready: to be written to if it waits for that, else to be read from.
        case notYet
        case failed(TLSFailure)
    }

    /// Goes on with the handshake, in which the certificate is looked at before anything of ours is sent.
    package func shake() -> Shaken {
        let result = unsafe call { unsafe SSL_do_handshake($0) }
        switch result {
        case .done:
            isOpen = true
            return .done
        case .notYet: return .notYet
        case .ended: return .failed(TLSFailure("the connection was closed within TLS's handshake"))
        case .failed(let failure):
            let verdict = unsafe SSL_get_verify_result(pointer)
            return .failed(verdict == Int(X509_V_OK) ? failure : .certificate(verdict, of: host))
        }
    }

    // MARK: What is carried

    package enum Received: Sendable {
        case some(Int)
        case nothingYet
        case end
        case failed(TLSFailure)
    }

    /// Opens what has arrived into `buffer`. Until there is nothing, it may hold bytes that no event of the socket tells of.
    package func receive(into buffer: UnsafeMutableRawBufferPointer) -> Received {
        var count = 0
        switch unsafe call({ unsafe SSL_read_ex($0, buffer.baseAddress, buffer.count, &count) }) {
        case .done: return .some(count)
        case .notYet: return .nothingYet
        case .ended: return .end
        case .failed(let failure): return .failed(failure)
        }
    }

    package enum Sent: Sendable {
        case some(Int)
        case notYet
        case failed(TLSFailure)
    }

    /// Seals and writes some of `bytes` from `offset` on, a record at most. After `notYet` it must be called with the same
    /// bytes until it has written: they are half sealed.
    package func send(_ bytes: [UInt8], from offset: Int) -> Sent {
        var count = 0
        let result = unsafe bytes.withUnsafeBytes { bytes in
            let piece = unsafe bytes[offset..<min(bytes.count, offset + TLSConnection.longestPiece)]
            return unsafe call {
                unsafe SSL_write_ex($0, UnsafeRawBufferPointer(rebasing: piece).baseAddress, piece.count, &count)
            }
        }
        switch result {
        case .done: return .some(count)
        case .notYet where waitsToWrite: return .notYet
        case .notYet: return .failed(TLSFailure("the server wants to shake hands again"))
        case .ended: return .failed(TLSFailure("the connection was closed"))
        case .failed(let failure): return .failed(failure)
        }
    }

    /// A record of TLS.
    private static let longestPiece = 16 << 10

    // MARK: A call

    private enum Result {
        case done
        case notYet
        case ended
        case failed(TLSFailure)
    }

    private func call(_ body: (OpaquePointer) -> Int32) -> Result {
        ERR_clear_error()
        waitsToWrite = false
        let status = unsafe body(pointer)
        if status == 1 { return .done }
        switch unsafe SSL_get_error(pointer, status) {
        case SSL_ERROR_WANT_READ: return .notYet
        case SSL_ERROR_WANT_WRITE:
            waitsToWrite = true
            return .notYet
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL:
            isOpen = false
            let number = SystemError("TLS")
            return number.number == 0 ? .ended : .failed(TLSFailure(number.message))
        default:
            // After such an error no good-bye may be said.
            isOpen = false
            return .failed(.noted(otherwise: "TLS failed"))
        }
    }
}
