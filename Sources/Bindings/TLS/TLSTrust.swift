internal import CLibSSL

/// The authorities that servers are trusted by, and all else that connections to them have in common. It is read once, and
/// lives for as long as one of its connections does.
@safe package final class TLSTrust: @unchecked Sendable {
    package enum Authorities: Sendable, Hashable {
        /// A PEM file.
        case file(String)
        /// A folder of PEM files named by their hashes, each read when it is needed.
        case folder(String)
        /// Those that OpenSSL was built to trust.
        case builtIn
    }

    /// Counts its users by itself, and may be used by any thread once it is made.
    let context: OpaquePointer

    /// Reads the authorities. Blocks for as long as that takes.
    package init(_ authorities: Authorities) throws(TLSFailure) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            preconditionFailure("no memory for TLS")
        }
        unsafe self.context = context
        unsafe clibssl_settle(context)
        ERR_clear_error()
        switch authorities {
        case .file(let path):
            try TLSTrust.require(unsafe SSL_CTX_load_verify_file(context, path), "file: \(path)")
        case .folder(let path):
            try TLSTrust.require(unsafe SSL_CTX_load_verify_dir(context, path), "folder: \(path)")
        case .builtIn:
            try TLSTrust.require(unsafe SSL_CTX_set_default_verify_paths(context), "paths")
        }
    }

    deinit { unsafe SSL_CTX_free(context) }

    private static func require(_ done: Int32, _ what: String) throws(TLSFailure) {
        guard done != 1 else { return }
        let noted = TLSFailure.noted(otherwise: "it cannot be read")
        throw TLSFailure("the certificates of authorities cannot be used, \(what) (\(noted.reason))")
    }
}
