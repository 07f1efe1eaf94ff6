import Text
package import WeCom

/// A piece of what goes out that is one call of WeCom's, and to whom.
package struct Part: Sendable, Equatable {
    package enum Body: Sendable, Equatable {
        case message(OutboundMessage.Content, Marks = Marks())
        /// A file of ours, which WeCom is given before the message that shows it.
        case file(OutgoingFile, Marks = Marks())
        case recall(of: DeliveryID)
        case cardUpdate(CardUpdate)

        /// The file that it shows.
        package var blob: BlobID? { if case .file(let file, _) = self { file.blob } else { nil } }
    }

    /// The kind that stores know it by.
    package enum Kind: String, Sendable {
        case message, recall
        case cardUpdate = "card_update"
    }

    /// The marks that tell WeCom what to do with a message besides showing it.
    package struct Marks: Sendable, Equatable {
        package var safe: OutboundMessage.Safe?
        package var translatesIDs: Bool
        /// Nil is ours to decide at the first try.
        package var duplicateCheck: OutboundMessage.DuplicateCheck?

        package init(
            safe: OutboundMessage.Safe? = nil, translatesIDs: Bool = false,
            duplicateCheck: OutboundMessage.DuplicateCheck? = nil
        ) {
            self.safe = safe
            self.translatesIDs = translatesIDs
            self.duplicateCheck = duplicateCheck
        }

        /// Takes the marks of a message.
        package init(_ message: OutboundMessage) {
            self.init(
                safe: message.safe, translatesIDs: message.translatesIDs, duplicateCheck: message.duplicateCheck)
        }
    }

    package internal(set) var address: ReplyAddress
    package let body: Body
    /// A card below a text, where the way that it goes can show one; else it goes without.
    package internal(set) var card: TemplateCard?

    var isFile: Bool { if case .file = body { true } else { false } }

    package init(to address: ReplyAddress, _ body: Body) {
        self.address = address
        self.body = body
    }

    /// A text that fits one message.
    package init(to address: ReplyAddress, _ text: String) { self.init(to: address, .message(.text(text))) }

    /// One of our own texts as the configuration has it, which fits one message; nil when it is off.
    package init?(to address: ReplyAddress, saying text: String) {
        guard text.hasWords else { return nil }
        self.init(to: address, text)
    }

    /// One of our own texts with what people and agents have put into it, as far as one message holds it; nil when it is off.
    package init?(to address: ReplyAddress, saying text: String, within speech: Speech) {
        self.init(to: address, saying: text.cut(toBytes: speech.limit))
    }
}

/// A file on its way out, by what it holds: it lies in the blob folder.
package struct OutgoingFile: Sendable, Equatable {
    package let blob: BlobID
    package let name: String
    package let size: Int
    /// The kind that WeCom is to show it as.
    package let kind: UploadKind

    package init(blob: BlobID, name: String, size: Int, kind: UploadKind) {
        self.blob = blob
        self.name = name
        self.size = size
        self.kind = kind
    }
}
