/// A way out to the people behind one app.
package protocol Lane: Sendable {
    /// The form that its messages take: whatever is given to `send` fits it.
    static var speech: Speech { get }

    /// Tries a delivery once.
    func send(_ delivery: Delivery) async -> SendOutcome

    /// Gives WeCom the file at `path`, for a delivery that is about to show it and whose `send` said that the media is gone.
    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome

    /// Fetches something that a person sent, of at most `limit` bytes, into `folder`. Throws `MediaFailure`.
    func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Attachment
}

/// The reason why something that a person sent is not there.
package struct MediaFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    /// The same may work a little later.
    package let mayPass: Bool

    package init(_ reason: String, mayPass: Bool) {
        self.reason = reason
        self.mayPass = mayPass
    }

    package var description: String { reason }
}
