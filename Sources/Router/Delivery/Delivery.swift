package import System
package import WeCom

/// The durable record of one part going out, in a courier's hands.
package struct Delivery: Sendable {
    /// In which order a conversation's deliveries go, whatever the order they were written in.
    package enum Class: Int64, Sendable {
        case control = 0
        case final = 1
        /// Signs of life: dropped when what they announce is there before they went.
        case progress = 2
    }

    package let id: DeliveryID
    package let conversation: ConversationKey
    /// The job it answers; none for a notice of our own.
    package let job: JobID?
    package var part: Part
    package var kind = Class.final
    /// 1 for the first try.
    package let attempt: Int
    /// True if WeCom is to swallow an identical message: decided at the first try and kept, so that every try sends the
    /// same bytes.
    package let checksDuplicates: Bool
    /// The file it carries, once WeCom has it.
    package var media: UploadedMedia?
    /// The id that WeCom gave the message that is taken back.
    package var recalled: String?

    /// One that goes now. `media` is the file that WeCom was given for it, which it may have forgotten by now.
    package init(
        _ open: OpenDelivery, of conversation: ConversationKey, _ part: Part,
        uploaded media: (file: UploadedMedia, at: Timestamp)?, at now: Timestamp
    ) {
        self.init(
            id: open.id, conversation: conversation, job: open.job, part: part, attempt: open.attempt,
            checksDuplicates: open.checksDuplicates ?? false)
        kind = open.kind
        if let media, now.since(media.at) < Delivery.mediaLifetime { self.media = media.file }
    }

    package init(
        id: DeliveryID, conversation: ConversationKey, job: JobID?, part: Part, attempt: Int, checksDuplicates: Bool
    ) {
        self.id = id
        self.conversation = conversation
        self.job = job
        self.part = part
        self.attempt = attempt
        self.checksDuplicates = checksDuplicates
    }

    /// The right to send it.
    package var lease: DeliveryLease { DeliveryLease(delivery: id, number: attempt) }

    /// WeCom keeps an uploaded file for three days; one that may be gone before the last try is uploaded anew.
    package static let mediaLifetime = Duration.seconds(60 * 3600)
    /// WeCom's duplicate check looks back so far.
    package static let duplicateWindow = Duration.seconds(14_400)
    /// After so long a delivery that still fails is given up, unless it had too few tries.
    package static let patience = Duration.seconds(24 * 3600)
    /// Time in which we were off or the app paused is not held against a delivery: it has at least so many tries.
    package static let leastTries = 20
}

/// The right to send a delivery, by number: a later try outbids it, and its holder can no longer say what became of it.
package struct DeliveryLease: Hashable, Sendable {
    package let delivery: DeliveryID
    package let number: Int

    package init(delivery: DeliveryID, number: Int) {
        self.delivery = delivery
        self.number = number
    }
}

/// A file that WeCom has.
package struct UploadedMedia: Sendable, Equatable {
    package let id: MediaID
    /// The kind that WeCom took it as; nil where that is the kind the delivery names.
    package let kind: UploadKind?

    package init(_ id: MediaID, as kind: UploadKind? = nil) {
        self.id = id
        self.kind = kind
    }
}

/// The result of giving WeCom a file.
package enum UploadOutcome: Sendable, Equatable {
    case taken(UploadedMedia)
    /// The delivery does not go now, or not at all.
    case not(SendOutcome)
}

/// The result of one try of a delivery.
package enum SendOutcome: Sendable, Equatable {
    case sent(SendReceipt)
    /// WeCom does not have the file any more that was uploaded for it.
    case mediaGone(reason: String)
    /// The same may work later; whether this try reached WeCom after all is `isAmbiguous`. With a `pause` it is not this
    /// delivery that is in trouble, but all that its app sends.
    case retry(reason: String, isAmbiguous: Bool, pause: AppPause? = nil)
    /// Our own stop broke the try off.
    case interrupted
    case failed(reason: String)
    /// It may have been seen, and by its way nothing tells whether it was: it is not sent again.
    case unclear(reason: String)
    /// The way of the address that was tried is expired or used up; another may be open.
    case wayGone(Way.Kind, reason: String)
    /// The way that was tried is closed for now. Another may be open, and this one later.
    case wayClosed(Way.Kind, reason: String)
    /// All of them are: an answer is kept for the next one.
    case noWayLeft(reason: String)
}
