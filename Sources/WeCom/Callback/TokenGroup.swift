import Crypto

/// Tells equal tokens from different ones without telling anything else about them.
///
/// It is a MAC under a key that this process made up and never shows, so it is of no use to who reads it in a dump or
/// a log, and means nothing after a restart.
package struct TokenGroup: Hashable, Sendable {
    private let mark: [UInt8]

    init(of token: Secret) { mark = Array(hmacSHA256(token.bytes, key: processKey).prefix(16)) }
}

private let processKey = SecretBytes(randomBytes(32))

extension TokenGroup: CustomStringConvertible, CustomReflectable {
    package var description: String { "<token group>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
