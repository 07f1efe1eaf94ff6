package import Router
import System
package import WeCom

/// The way out of a self-built app, and to what people sent it: WeCom's API, through the app's own token.
package struct AppLane: Lane {
    private let client: WeComClient

    package init(_ client: WeComClient) { self.client = client }

    package static let speech: Speech = {
        var speech = Speech(limit: OutboundMessage.maxTextBytes)
        speech.markdown = .basic
        speech.asksWithCards = true
        speech.recalls = true
        speech.files = UploadKind.allCases.reduce(into: [:]) { $0[$1] = $1.maxSize }
        return speech
    }()

    package func send(_ delivery: Delivery) async -> SendOutcome {
        do throws(WeComError) {
            return try await carryOut(delivery)
        } catch {
            if case .file = delivery.part.body, error.saysMediaIsGone { return .mediaGone(reason: error.description) }
            return SendOutcome(error)
        }
    }

    private func carryOut(_ delivery: Delivery) async throws(WeComError) -> SendOutcome {
        switch delivery.part.body {
        case .message, .file:
            guard let recipients = delivery.part.recipients else {
                return .failed(reason: "an app cannot write to a group chat")
            }
            guard let message = delivery.part.message(to: recipients, showing: delivery.media?.id) else {
                return .mediaGone(reason: "WeCom has not been given the file")
            }
            return .sent(SendReceipt(try await client.send(message, checkingDuplicates: delivery.checksDuplicates)))
        case .recall:
            guard let recalled = delivery.recalled else { return .failed(reason: "there is nothing to take back") }
            try await client.recall(recalled)
            return .sent(SendReceipt())
        case .cardUpdate(let update):
            let missed = try await client.update(update)
            return .sent(SendReceipt(unreached: missed.isEmpty ? nil : Unreached(users: missed)))
        }
    }

    package func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        do throws(WeComError) {
            let opened: UploadFile
            do throws(FileError) {
                opened = try await UploadFile(opening: path, named: file.name)
            } catch {
                throw .file(error)
            }
            return .taken(UploadedMedia(try await client.upload(opened, as: file.kind)))
        } catch {
            return .not(SendOutcome(error))
        }
    }

    package func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Attachment {
        guard case .kept(let id) = media.source else {
            throw MediaFailure("it was sent to a bot, and an app cannot fetch it", mayPass: false)
        }
        do throws(WeComError) {
            let file = try await client.download(
                id, into: folder, limit: limit, named: media.name ?? media.kind.rawValue)
            return Attachment(
                media.kind, path: file.path, name: file.name.text, contentType: file.type.contentType, size: file.size)
        } catch {
            if error.isCancellation, Task.isCancelled { throw CancellationError() }
            throw MediaFailure(error.description, mayPass: error.isTransient)
        }
    }
}

extension SendReceipt {
    fileprivate init(_ receipt: WeComClient.Receipt) {
        self.init(
            wecomID: receipt.messageID, responseCode: receipt.responseCode,
            unreached: receipt.unreached.isEmpty ? nil : receipt.unreached)
    }
}

extension AppPause {
    /// The pause that the obstacle asks for. Calls that met because they came at once are not to come back at once, so the
    /// first pause varies where it is short.
    init(_ obstacle: Obstacle) {
        let (first, longest) = obstacle.pause
        let isShort = first < .seconds(60)
        self.init(
            code: obstacle.code, advice: obstacle.advice,
            first: isShort ? first * Double.random(in: 0.5...1) : first, longest: longest)
    }
}
