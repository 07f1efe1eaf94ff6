package import Router
import WeCom

/// The app that delivers to a person what a bot's own ways cannot: its stream has ended, the address that came with the message
/// is used up or has expired, or they carry no files.
package struct AppFallback: Sendable {
    private let app: any Lane
    private let people: PlainUserIDs
    /// Stands above what it sends: the person wrote to somebody else.
    private let line: String

    /// An answer of a bot fits so many messages of an app.
    private static let mostMessages = 24

    package init(_ app: any Lane, people: PlainUserIDs, saying line: String) {
        self.app = app
        self.people = people
        self.line = line
    }

    /// Sends a delivery of a bot's to the same person. One that the app cannot send either may have another way.
    func send(_ delivery: Delivery) async -> SendOutcome {
        guard case .user(let user) = delivery.part.address.target else {
            return .wayGone(.app, reason: "an app writes to no group")
        }
        do throws(WeComError) {
            let address = ReplyAddress.user(try await people.plain(user))
            switch await send(delivery, to: address) {
            case .failed(let reason): return .wayGone(.app, reason: reason)
            case .sent(let receipt) where receipt.unreached != nil:
                return .wayGone(.app, reason: receipt.unreached?.words ?? "")
            case let outcome: return outcome
            }
        } catch {
            let outcome = SendOutcome(error)
            if case .failed(let reason) = outcome { return .wayGone(.app, reason: reason) }
            return outcome
        }
    }

    private func send(_ delivery: Delivery, to address: ReplyAddress) async -> SendOutcome {
        switch delivery.part.body {
        case .message(let content, _):
            guard let text = content.words else { return .failed(reason: "the app says nothing but texts for a bot") }
            return await send("\(line)\n\n\(text)", to: address, for: delivery)
        case .file:
            guard delivery.media != nil else { return .mediaGone(reason: "WeCom has not been given the file") }
            let said = await send(line, to: address, for: delivery)
            guard case .sent = said else { return said }
            return await app.send(delivery.with(Part(to: address, delivery.part.body)))
        case .recall, .cardUpdate: return .failed(reason: "the app takes nothing back for a bot")
        }
    }

    /// Sends a text of a bot's length in messages of an app's.
    ///
    /// Where one of them may go again later, all do: WeCom swallows those that it has had.
    private func send(_ text: String, to address: ReplyAddress, for delivery: Delivery) async -> SendOutcome {
        let composer = ReplyComposer(format: .auto, maxParts: AppFallback.mostMessages, within: AppLane.speech)
        let composed = composer.compose(text, fullTextNote: "")
        for part in composed.parts {
            let content: OutboundMessage.Content = composed.form == .markdown ? .markdown(part) : .text(part)
            let outcome = await app.send(delivery.with(Part(to: address, .message(content))))
            guard case .sent(let receipt) = outcome, receipt.unreached == nil else { return outcome }
        }
        return .sent(SendReceipt())
    }

    func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        await app.upload(file, at: path, for: delivery)
    }
}

extension Delivery {
    /// This with another part, under WeCom's check for what it has had already.
    fileprivate func with(_ part: Part) -> Delivery {
        var delivery = Delivery(
            id: id, conversation: conversation, job: job, part: part, attempt: attempt, checksDuplicates: true)
        delivery.kind = kind
        delivery.media = media
        return delivery
    }
}
