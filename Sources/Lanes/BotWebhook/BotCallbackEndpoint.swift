package import HTTP
import JSON
package import Lifecycle
import Observability
package import Router
package import System
package import WeCom

/// Answers WeCom's calls to AI bots by webhook: verifies the URL, has messages accepted, and shows their answers as they grow.
package struct BotCallbackEndpoint: Sendable {
    private let opener: BotOpener
    private let intake: Intake
    private let view: StreamView
    private let events: BotEvents
    private let record: CallbackRecord
    private let sources: AllowedSources?
    private let clock: any WorkClock
    private let whenHeard: @Sendable (BotID, Timestamp) -> Void
    /// A bot of another id than the configured one is told of so often.
    private let strangers = OccasionallyEach(every: .seconds(3600))

    /// `whenHeard` is told of each genuine message and event: to which bot, and when.
    package init(
        opener: BotOpener, intake: Intake, view: StreamView, events: BotEvents, record: CallbackRecord,
        sources: AllowedSources? = nil, by clock: any WorkClock = .steady,
        whenHeard: @escaping @Sendable (BotID, Timestamp) -> Void = { _, _ in }
    ) {
        self.events = events
        self.opener = opener
        self.intake = intake
        self.view = view
        self.record = record
        self.sources = sources
        self.clock = clock
        self.whenHeard = whenHeard
    }

    /// Answers a request on the shared path, or on the path of the bot that is called `name`.
    package func answer(_ request: HTTPRequest, bot name: String? = nil) async -> HTTPResponse {
        let began = MonotonicTime.now
        guard sources?.admit(request) ?? true else { return refuse(.foreignSource, request, name, since: began) }
        return switch request.method {
        case .get where request.query["msg_signature"] == nil && request.query["echostr"] == nil:
            checkRoute(request, bot: name, since: began)
        case .get: verify(request, bot: name, since: began)
        case .post: await receive(request, bot: name, since: began)
        default: HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
    }

    private func refuse(
        _ refusal: CallbackRefusal, _ request: HTTPRequest, _ name: String?, since began: MonotonicTime
    ) -> HTTPResponse {
        record.refuse(refusal, of: request, at: name, door: .bot, since: began)
    }

    /// A person or a balancer that looks whether there is anything here.
    private func checkRoute(_ request: HTTPRequest, bot name: String?, since began: MonotonicTime) -> HTTPResponse {
        opener.serves(bot: name) ? .text(.ok, "success") : refuse(.unknownApp, request, name, since: began)
    }

    private func verify(_ request: HTTPRequest, bot name: String?, since began: MonotonicTime) -> HTTPResponse {
        do throws(CallbackRefusal) {
            let (bot, text) = try opener.openVerification(request, bot: name)
            record.log.info("WeCom has verified the callback URL", [.app: .string(bot.name)])
            return HTTPResponse(
                .ok, headers: ["Content-Type": "text/plain", "Cache-Control": "no-store"], body: .whole(text))
        } catch {
            return refuse(error, request, name, since: began)
        }
    }

    // MARK: Callbacks

    private func receive(_ request: HTTPRequest, bot name: String?, since began: MonotonicTime) async -> HTTPResponse {
        let opened: OpenedBotCallback
        do throws(CallbackRefusal) {
            opened = try opener.open(request, bot: name)
        } catch {
            return refuse(error, request, name, since: began)
        }
        let reply: Shown?
        do {
            switch opened.document {
            case .poll(let poll):
                reply = Shown(try await view.reply(of: poll.stream, to: opened.bot, at: clock.timestamp))
            case .message(let message): reply = try await take(message, opened)
            }
        } catch {
            return record.notDurable(error, to: opened.bot, record.log.with([.app: .string(opened.bot.name)]))
        }
        guard let reply else { return HTTPResponse(.ok).proven }
        return HTTPResponse.json(.ok, await sealed(reply, opened)).proven
    }

    /// The one thing that is shown in answer to a callback.
    private struct Shown {
        let json: JSONValue
        /// It takes long to seal.
        var hasPictures = false

        init(_ reply: BotReply) {
            json = reply.json
            hasPictures = reply.hasPictures
        }

        init(_ answer: BotEvents.Answer) { json = answer.json }
    }

    /// Others are not to wait behind an answer with pictures.
    private func sealed(_ reply: Shown, _ opened: OpenedBotCallback) async -> [UInt8] {
        let json = reply.json
        guard reply.hasPictures else { return opened.sealed(json, at: .now).passiveJSONReply }
        return await BlockingThreads.disk.run { opened.sealed(json, at: .now).passiveJSONReply }
    }

    /// Has a message accepted. Returns what is shown at once; nil for nothing.
    private func take(_ heard: InboundMessage, _ opened: OpenedBotCallback) async throws -> Shown? {
        if let id = opened.bot.endpoint.bot { whenHeard(id, clock.timestamp) }
        noteStranger(heard, opened.bot)
        if case .event(let event) = heard.content {
            let document = opened.content.message
            return try await events.take(event, of: heard, document: document, to: opened.bot, noting: record)
                .map { Shown($0) }
        }
        return try await answer(heard, opened).map { Shown($0) }
    }

    private func answer(_ heard: InboundMessage, _ opened: OpenedBotCallback) async throws -> BotReply? {
        let bot = opened.bot
        let message = heard.withoutLeadingMention(of: bot.traits.nameInChats)
        let id = DedupKey(of: message, document: opened.content.message, to: bot.endpoint).streamID
        let acceptance = try await intake.accept(
            message, document: opened.content.message, from: bot, answeredBy: ways(to: message, of: bot, stream: id),
            shownIn: id)
        CrashPoint.reach(.afterCommit)
        record.report(acceptance, of: message, to: bot, record.log(of: message, to: bot))
        if case .nothing = acceptance.effect { return nil }
        if case .notice(let kind) = acceptance.effect, bot.texts.isSilent(on: kind) { return nil }
        let feedback = acceptance.effect.job.map { FeedbackID(of: $0) }
        // The first copy's answer may have been lost: the second is shown how far it has come.
        guard acceptance.isRepeat else { return .stream(view.opening(id).asking(feedback)) }
        return try await view.reply(of: id, to: bot, at: clock.timestamp).asking(feedback)
    }

    private func ways(to message: InboundMessage, of bot: App, stream id: String) -> [Way] {
        let now = clock.timestamp
        return [Way(.stream(id), expiresAt: now.advanced(by: StoredStream.life))] + bot.lastWays(for: message, at: now)
    }

    private func noteStranger(_ message: InboundMessage, _ bot: App) {
        guard let named = message.botID, let own = bot.endpoint.bot, bot.traits.isIdentified, named != own,
            let count = strangers.tell(of: bot.name)
        else { return }
        record.log.warning(
            "a callback names another bot than the configuration",
            [
                .app: .string(bot.name), "named": .string(named.text), "bot_id": .string(own.text),
                "since_last_told": .integer(Int64(count)),
            ])
    }
}
