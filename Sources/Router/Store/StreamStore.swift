package import System
import Text
package import WeCom

/// The durable half of answers that show while they are written, and that WeCom asks for again and again until they end.
///
/// A stream is opened with the acceptance of its message. A question how far it has come writes nothing.
package protocol StreamStore: Sendable {
    /// The stream of that id; nil for one that never was, or is forgotten.
    func stream(_ id: String) async throws -> StoredStream?

    /// The streams of a bot that were opened between these moments and are still to end, the newest first, as many as may be shown
    /// at once. Of very many streams the newest are looked at.
    func openStreams(
        of endpoint: Endpoint, openedAfter start: Timestamp, before end: Timestamp
    ) async throws -> [OpenStream]

    /// Adds something of our own that is shown above the answer. False when the stream has ended.
    func say(_ text: String, in stream: String) async throws -> Bool

    /// Ends a stream with its last words. False when it has ended with others, or was opened before `moment`. The `delivery` that
    /// they are goes by its next way if WeCom does not fetch them.
    func seal(
        _ stream: String, with text: String, by delivery: DeliveryID?, openedAfter moment: Timestamp
    ) async throws -> Bool

    /// Notes that WeCom is given the end of a stream, before it is.
    func noteTaken(_ stream: String) async throws

    /// Has the answers sent anew whose streams were opened before `moment` and have ended, and whose end WeCom did not fetch: each
    /// once, by the ways that are left. Returns how many there were.
    func giveUntaken(openedBefore moment: Timestamp, at now: Timestamp) async throws -> Int

    /// Adds a picture that stands below the last words. One that it has already stays as it is.
    func show(_ picture: KeptPicture, in stream: String, openedAfter moment: Timestamp) async throws -> PictureOutcome

    /// Puts a card below a stream, in the place of one that nobody has seen. False when the stream has ended, was opened before
    /// `moment`, or has shown another card: WeCom takes one for each message.
    func put(_ card: TemplateCard, below stream: String, openedAfter moment: Timestamp) async throws -> Bool

    /// Notes that the card below a stream is shown, before it is. False when it has been: somebody else shows it.
    func takeCard(below stream: String) async throws -> Bool

    /// Uses up the one answer that the message of a stream may have besides, for that delivery.
    func useResponse(of stream: String, by delivery: DeliveryID) async throws -> ResponseUse

    /// Takes that back: the answer surely did not reach WeCom.
    func giveBackResponse(of stream: String) async throws

    /// Counts something that was shown and is no delivery, as one, towards what that conversation may be sent.
    func countShown(in conversation: ConversationKey, at now: Timestamp) async throws

    /// Forgets those streams of the page behind `mark` that were opened before `moment`.
    func pruneStreams(openedBefore moment: Timestamp, behind mark: Timestamp?) async throws -> PrunedPage<Timestamp>
}

/// The standing of the one answer that a message may have besides its stream, as a delivery finds it.
package enum ResponseUse: Sendable, Equatable {
    /// It was free, and is the delivery's now.
    case begun
    /// An earlier try of the same delivery has begun it and did not say how it went: it may have been shown.
    case unclear
    case usedUp

    /// `taker` is the number of the delivery that the answer is used up for, 0 for none.
    package init(takenBy taker: Int64?, for delivery: DeliveryID) {
        switch taker {
        case 0: self = .begun
        case delivery.number: self = .unclear
        default: self = .usedUp
        }
    }
}

/// The result of adding a picture to a stream.
package enum PictureOutcome: Sendable, Equatable {
    case shown
    /// It has as many pictures, or as many bytes of them, as it may have.
    case full
    /// It has ended, or was opened before the moment that was named.
    case over
}

/// A picture below a stream: it lies in the blob folder.
package struct KeptPicture: Sendable, Equatable {
    package let blob: BlobID
    package let size: Int

    package init(_ blob: BlobID, size: Int) {
        self.blob = blob
        self.size = size
    }
}

/// A stream that is still to end.
package struct OpenStream: Sendable, Equatable {
    package let id: String
    package let job: JobID
    /// The address of the message that it shows the answer to.
    package let address: ReplyAddress

    /// Nil of one that none of these addresses of its job's messages knows.
    package init?(_ id: String, of job: JobID, among addresses: [ReplyAddress?]) {
        guard let address = addresses.lazy.compactMap(\.self).first(where: { $0.stream == id }) else { return nil }
        (self.id, self.job, self.address) = (id, job, address)
    }
}

/// A stream as the store has it.
package struct StoredStream: Sendable, Equatable {
    /// The bot whose answer it is; nil for one that this version cannot read.
    package let endpoint: Endpoint?
    /// The job that answers its message, if one does.
    package let job: JobID?
    package let openedAt: Timestamp
    /// Something of our own that is shown above the answer.
    package let said: String?
    /// The answer so far, as the process told in which it is written; nil where none has.
    package let soFar: String?
    /// Its last words, once it has ended.
    package let text: String?
    /// Below its last words.
    package let pictures: [KeptPicture]
    /// There is nothing more to come that would end it.
    package let isOver: Bool
    /// The way in which its job has ended, where it has no last words.
    package let ending: Ending?
    /// WeCom has not been given its end, which an answer is.
    package let isUntaken: Bool
    /// The card that is to be shown below it, as long as it has not been.
    package let card: TemplateCard?

    package init(
        of endpoint: Endpoint?, job: JobID?, openedAt: Timestamp, said: String?, soFar: String? = nil, text: String?,
        pictures: [KeptPicture] = [], isOver: Bool, ending: Ending? = nil, isUntaken: Bool = false,
        card: TemplateCard? = nil
    ) {
        (self.endpoint, self.ending, self.isUntaken) = (endpoint, ending, isUntaken)
        (self.pictures, self.card, self.soFar) = (pictures, card, soFar)
        self.job = job
        self.openedAt = openedAt
        self.said = said
        self.text = text
        self.isOver = isOver
    }

    /// The end of a job as the message of a stream has it that was given no last words.
    package enum Ending: Sendable, Equatable {
        /// Its answer was to be shown here.
        case itsOwn
        /// A later message's stream shows the answer to both.
        case withAnother
        case cancelled

        /// Reads what a store has of a job that has ended: its state, and the address of its last message, of which it has none
        /// where another job has taken its messages over. Nil for a job that runs.
        package init?(of stream: String, job state: String?, at address: String?) {
            guard let state = state.flatMap({ JobState(rawValue: $0) }) else { return nil }
            guard let address else {
                self = .withAnother
                return
            }
            let isShownHere = ReplyAddress(storedAs: address)?.stream == stream
            self = state == .cancelled ? .cancelled : isShownHere ? .itsOwn : .withAnother
        }
    }

    /// The beginning of a stream.
    package struct Beginning: Sendable, Equatable {
        /// The job whose answer it shows.
        package let job: JobID?
        /// Its last words, where it ends at once.
        package let text: String?

        /// The stream of a message of that effect, which made `retry` of the last message once more. An answer to a question has no
        /// answer of its own.
        package init(for effect: Effect, retrying retry: JobID?) {
            (job, text) =
                switch effect {
                case .job(let job), .appended(let job): (job, nil)
                case .answer: (nil, "✓")
                case .command: (retry, nil)
                case .notice: (nil, nil)
                case .nothing: (nil, "")
                }
        }
    }

    /// Adds something to what we say above an answer. Nil where that ends with it already: the same once more is a second try of
    /// the first.
    package static func said(_ before: String?, and text: String) -> String? {
        let gap = "\n\n"
        guard let before else { return text.cut(toBytes: longestSaid) }
        if before == text || before.hasSuffix(gap + text) { return nil }  // short: our own words
        return (before + gap + text).cut(toBytes: longestSaid)
    }

    /// The time for which WeCom asks: after that an answer takes another way.
    package static let life = Duration.seconds(330)
    /// WeCom asks for six minutes: a moment later its last question has been answered.
    package static let fetchedFor = Duration.seconds(375)
    /// The pictures below one answer, and their bytes together: WeCom waits five seconds for all of them.
    package static let mostPictures = 10
    package static let mostPictureBytes = 20 << 20
    /// The bytes of what we say above an answer.
    package static let longestSaid = 8 << 10
}

extension StreamStore {
    /// Ends a stream with words that go no other way.
    package func seal(_ stream: String, with text: String, openedAfter moment: Timestamp) async throws -> Bool {
        try await seal(stream, with: text, by: nil, openedAfter: moment)
    }
}
