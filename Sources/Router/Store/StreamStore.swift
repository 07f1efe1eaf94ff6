package import System

/// The durable half of answers that show while they are written, and that WeCom asks for again and again until they end.
///
/// A stream is opened with the acceptance of its message. A question how far it has come writes nothing.
package protocol StreamStore: Sendable {
    /// The stream of that id; nil for one that never was, or is forgotten.
    func stream(_ id: String) async throws -> StoredStream?

    /// Adds something of our own that is shown above the answer. False when the stream has ended.
    func say(_ text: String, in stream: String) async throws -> Bool

    /// Ends a stream with its last words. False when it has ended with others, or was opened before `moment`.
    func seal(_ stream: String, with text: String, openedAfter moment: Timestamp) async throws -> Bool

    /// Uses up the one answer that the message of a stream may have besides. False when it is used up.
    func useResponse(of stream: String) async throws -> Bool

    /// Takes that back: the answer surely did not reach WeCom.
    func giveBackResponse(of stream: String) async throws

    /// Forgets those streams of the page behind `mark` that were opened before `moment`.
    func pruneStreams(openedBefore moment: Timestamp, behind mark: Timestamp?) async throws -> PrunedPage<Timestamp>
}

/// A stream as the store has it.
package struct StoredStream: Sendable, Equatable {
    /// The job that answers its message, if one does.
    package let job: JobID?
    package let openedAt: Timestamp
    /// Something of our own that is shown above the answer.
    package let said: String?
    /// Its last words, once it has ended.
    package let text: String?
    /// There is nothing more to come that would end it.
    package let isOver: Bool

    package init(job: JobID?, openedAt: Timestamp, said: String?, text: String?, isOver: Bool) {
        self.job = job
        self.openedAt = openedAt
        self.said = said
        self.text = text
        self.isOver = isOver
    }

    /// The time for which WeCom asks: after that an answer takes another way.
    package static let life = Duration.seconds(330)
    /// The bytes of what we say above an answer.
    package static let longestSaid = 8 << 10
}
