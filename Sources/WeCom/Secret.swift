import Crypto

/// Text that must not be seen: a corp secret, a token, a key.
///
/// It prints as `<secret>` however it is printed, has no encoding, and is wiped when freed. `reveal` is the one way to
/// its text, so that a search for that word finds every place a secret leaves by.
package struct Secret: Sendable {
    /// The bytes for code that computes with the secret without taking it out of its wrapping.
    let bytes: SecretBytes

    package init(_ text: String) { bytes = SecretBytes(text.utf8) }

    package var isEmpty: Bool { bytes.count == 0 }

    /// The text itself, for the request that has to carry it. Never log, store or keep what this returns.
    package func reveal() -> String { String(decoding: bytes.copy(), as: UTF8.self) }
}

extension Secret: Equatable {
    package static func == (a: Secret, b: Secret) -> Bool { constantTimeEquals(a.bytes, b.bytes) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
