internal import COpenSSL

/// The libcrypto that is linked at run time.
package var cryptoVersion: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
