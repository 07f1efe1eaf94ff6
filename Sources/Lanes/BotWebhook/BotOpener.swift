package import HTTP
import JSON
package import Router
import System
package import WeCom

/// Finds the bot a callback belongs to and opens it: the path names it, or else the signature does.
package struct BotOpener: Sendable {
    private let current: Serving.Current
    private let search = BotSearch()

    package init(_ current: Serving.Current) { self.current = current }

    /// Opens what is posted.
    package func open(_ request: HTTPRequest, bot name: String?) throws(CallbackRefusal) -> OpenedBotCallback {
        let callback: Callback
        do throws(CallbackError) {
            callback = try Callback(query: request.query, envelope: try Envelope(body: request.body))
        } catch {
            throw .unopened(error, app: nil)
        }
        let (bot, keys, verified) = try signer(of: callback, bot: name)
        let content: OpenedCiphertext
        do throws(CallbackError) {
            content = try verified.open(with: keys)
            if let receiver = bot.traits.receiver { _ = try content.message(for: receiver) }
        } catch {
            throw .unopened(error, app: bot.name)
        }
        return OpenedBotCallback(
            bot: bot, keys: keys, callback: callback, content: content, document: try document(in: content, to: bot))
    }

    private func document(in content: OpenedCiphertext, to bot: App) throws(CallbackRefusal) -> BotDocument {
        do throws(InboundMessageError) {
            return try BotDocument(parsing: content.message, receivedAt: .steady)
        } catch {
            throw .unreadable(error, app: bot.name)
        }
    }

    /// Opens the text by which WeCom verifies a URL.
    package func openVerification(
        _ request: HTTPRequest, bot name: String?
    ) throws(CallbackRefusal) -> (bot: App, text: [UInt8]) {
        let callback: Callback
        do throws(CallbackError) {
            callback = try Callback(verification: request.query)
        } catch {
            throw .unopened(error, app: nil)
        }
        let (bot, keys, verified) = try signer(of: callback, bot: name)
        do throws(CallbackError) {
            let echo = try verified.openEcho(with: keys)
            if let receiver = bot.traits.receiver { return (bot, try echo.message(for: receiver)) }
            return (bot, echo.message)
        } catch {
            throw .unopened(error, app: bot.name)
        }
    }

    /// True if callbacks for the bot of that name, or for any, are answered here.
    package func serves(bot name: String?) -> Bool {
        let directory = current.serving.directory
        return name.map { directory.calledBot(named: $0) != nil } ?? !directory.calledBots.isEmpty
    }

    private func signer(
        of callback: Callback, bot name: String?
    ) throws(CallbackRefusal) -> (App, CallbackKeys, VerifiedCallback) {
        let directory = current.serving.directory
        let (signers, verified) = try signers(of: callback, bot: name, in: directory)
        guard let bot = signers.first, let keys = bot.keys else { throw .unopened(.wrongSignature, app: nil) }
        guard signers.count == 1 else {
            throw .notSearched(
                "bots \(signers.map(\.name).joined(separator: " and ")) share its token: give WeCom each its own path")
        }
        return (bot, keys, verified)
    }

    private func signers(
        of callback: Callback, bot name: String?, in directory: AppDirectory
    ) throws(CallbackRefusal) -> (bots: [App], VerifiedCallback) {
        guard let name else { return try search.signers(of: callback, in: directory) }
        guard let bot = directory.calledBot(named: name) else { throw .unknownApp }
        guard let verified = bot.keys?.verified(callback) else { throw .unopened(.wrongSignature, app: nil) }
        return ([bot], verified)
    }
}

/// A genuine callback to a bot: whose it is, and what it says.
package struct OpenedBotCallback: Sendable {
    package let bot: App
    package let keys: CallbackKeys
    package let callback: Callback
    package let content: OpenedCiphertext
    package let document: BotDocument

    /// Seals what answers it at once.
    func sealed(_ reply: JSONValue, at now: Timestamp) -> Callback {
        keys.sealReply(reply.bytes, to: callback, holding: content, receiver: bot.traits.receiver, at: now)
    }
}
