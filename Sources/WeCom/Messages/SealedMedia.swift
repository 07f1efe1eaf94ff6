/// A file that a person has sent to an AI bot: where it lies, for five minutes, and what opens it.
package struct SealedMedia: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case image, video, file }

    package var kind: Kind
    package var url: String
    /// The key in base64, which comes over the long connection; nil where the key of the bot's callbacks opens it.
    package var key: Secret?

    package init(_ kind: Kind, at url: String, key: Secret? = nil) {
        self.kind = kind
        self.url = url
        self.key = key
    }
}
