internal import CLibSSL

/// The way in which OpenSSL reads and writes our sockets; made once, and never let go of.
@safe struct SocketMethod: @unchecked Sendable {
    static let shared = SocketMethod()

    let pointer: OpaquePointer

    private init() {
        guard let pointer = unsafe clibssl_new_socket_method() else { preconditionFailure("no memory for TLS") }
        unsafe self.pointer = pointer
    }
}
