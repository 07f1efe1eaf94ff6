internal import CLibSSL
import System

/// The reason why a server is not trusted, or cannot be spoken to.
package struct TLSFailure: Error, Sendable, Equatable {
    package let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension TLSFailure {
    /// The words of OpenSSL's last note on this thread; `otherwise` if it has none.
    static func noted(otherwise: String) -> TLSFailure {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return TLSFailure(otherwise) }
        let words = unsafe [CChar](unsafeUninitializedCapacity: 256) { buffer, count in
            unsafe ERR_error_string_n(code, buffer.baseAddress, buffer.count)
            count = buffer.count
        }
        return TLSFailure(String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The certificate of `host` was judged so.
    static func certificate(_ verdict: Int, of host: String) -> TLSFailure {
        switch Int32(verdict) {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return TLSFailure("SSL: no name in the certificate matches the host '\(host)'")
        default:
            let words = unsafe String(cString: X509_verify_cert_error_string(verdict))
            return TLSFailure("SSL certificate problem: \(words)")
        }
    }
}
