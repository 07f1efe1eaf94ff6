import HTTP
import JSON
package import Observability
import Router
import System
import Text
import WeCom

/// Counts and logs what becomes of callbacks, and answers those that are refused: the same for every lane that has them.
package struct CallbackRecord: Sendable {
    let metrics: CallbackMetrics
    private let clock: ClockWatch?
    private let refused: RefusedCallbacks
    let log: Logger
    /// Anybody can send rubbish as fast as they like: one warning a minute tells of it.
    private let noise = Occasionally(every: .seconds(60))
    /// Limits warnings to one a minute for each app: what is suspicious repeats itself, too.
    private let suspicions = OccasionallyEach(every: .seconds(60))
    /// A bot whose lists know none of the encrypted ids that it hears is told of so often.
    private let encrypted = OccasionallyEach(every: .seconds(3600))

    /// `clock` hears of genuine callbacks that are refused for their age, `refused` of all that are.
    package init(
        metrics: CallbackMetrics, clock: ClockWatch? = nil, refused: RefusedCallbacks = RefusedCallbacks(), log: Logger
    ) {
        self.metrics = metrics
        self.clock = clock
        self.refused = refused
        self.log = log
    }

    /// A logger that names the app or bot, and who wrote.
    func log(of message: InboundMessage, to app: App) -> Logger {
        log.with([.app: .string(app.name), .user: message.from.map { .string(app.endpoint.scoped($0)) }])
    }

    func report(_ acceptance: Acceptance, of message: InboundMessage, to app: App, _ log: Logger) {
        metrics.count(acceptance, of: message, to: app)
        switch acceptance.effect {
        case .job(let job), .appended(let job):
            log.info(acceptance.isRepeat ? "a repeat of a message" : "a message is accepted", [.job: .string("\(job)")])
        case .command(let name):
            log.info(acceptance.isRepeat ? "a repeat of a command" : "a command", ["command": .string(name.rawValue)])
        case .answer(let question):
            log.info(
                acceptance.isRepeat ? "a repeat of an answer" : "an answer", ["question": .string(question.description)]
            )
        case .notice(let kind):
            log.info(
                acceptance.isRepeat ? "a repeat of a message" : "acknowledged, not queued",
                [.reason: .string(kind.reason), "content": .string(message.kind)])
            if kind == .refusal { hintAtEncryptedID(of: message, to: app, log) }
        case .nothing(let reason):
            log.info("acknowledged, not queued", [.reason: .string(reason.rawValue), "content": .string(message.kind)])
        }
    }

    /// Says what to do where a bot's lists have people's own ids, and WeCom tells encrypted ones.
    private func hintAtEncryptedID(of message: InboundMessage, to bot: App, _ log: Logger) {
        guard bot.endpoint.bot != nil, let user = message.from, user.folded.begins(with: "wo"),
            bot.policy.verdict(on: user) == .refused, let count = encrypted.tell(of: bot.name)
        else { return }
        log.warning(
            "a sender is refused whose id is an encrypted one: give allowed_users that id, or have an administrator make the bot",
            ["since_last_told": .integer(Int64(count))])
    }

    /// The answer to what could not be written down: whoever sent it comes again.
    func notDurable(_ error: any Error, to app: App, _ log: Logger) -> HTTPResponse {
        metrics.countNotDurable(of: app)
        log.error("a message could not be made durable; WeCom is told 503", [.error: .string("\(error)")])
        return HTTPResponse.text(.serviceUnavailable, "try again\n").proven
    }

    // MARK: Over a bot's connection

    /// Notes that what came over a bot's connection could not be written down.
    func notKept(_ error: any Error, for bot: App, _ log: Logger) {
        metrics.countNotDurable(of: bot)
        log.error(
            "a message could not be made durable; the bot's connection is given up, and WeCom has to send it again",
            [.error: .string("\(error)")])
    }

    /// Notes what came over a bot's connection and holds no message.
    func passOver(_ error: InboundMessageError, for bot: App) {
        let refusal = CallbackRefusal.unreadable(error, app: bot.name)
        metrics.count(refusal)
        guard let count = suspicions.tell(of: bot.name) else { return }
        log.with(refusal.fields).warning(
            "what came over a bot's connection cannot be read, and is left out",
            ["since_last_told": .integer(Int64(count))])
    }

    /// The answer to a callback that came by `door`, to the path of `name` if that bears one, and is refused.
    func refuse(
        _ refusal: CallbackRefusal, of request: HTTPRequest, at name: String?, door: RefusedCallback.Door,
        since began: MonotonicTime
    ) -> HTTPResponse {
        metrics.count(refusal)
        refused.note(refusal, of: request, at: name, door: door)
        if case .tooOld(_, let seconds) = refusal { clock?.noteTooOld(.seconds(seconds)) }
        switch refusal.severity {
        case .noise:
            log.debug("a callback is refused", refusal.fields)
            if let count = noise.tell() {
                log.warning("callbacks are refused: \(refusal)", ["since_last_told": .integer(Int64(count))])
            }
        case .suspicious:
            log.debug("a callback is refused", refusal.fields)
            if let count = suspicions.tell(of: refusal.app ?? "") {
                log.with(refusal.fields).warning(
                    "a callback with a right signature is refused", ["since_last_told": .integer(Int64(count))])
            }
        }
        // The same body for whatever was wrong: a caller learns nothing.
        var response = HTTPResponse.text(
            refusal.status, refusal.status == .forbidden ? "forbidden\n" : "bad request\n")
        response.proof = .failed(after: MonotonicTime.now.since(began))
        return response
    }
}

extension HTTPResponse {
    /// To a request that only WeCom can have sealed, and sent lately.
    var proven: HTTPResponse {
        var response = self
        response.proof = .given
        return response
    }
}

extension Notice.Kind {
    fileprivate var reason: String {
        switch self {
        case .tooMuch: "more than may wait, or may come in a minute"
        case .refusal: "the user is not allowed"
        case .greeting: "the user came in"
        case .tooOld: "it is older than server.max_message_age"
        }
    }
}

extension InboundMessage {
    /// The kind of message for the log: field names, no contents.
    fileprivate var kind: String {
        switch content {
        case .event(.unknown(let name, let fields)): "event \(name) (\(fields.joined(separator: " ")))"
        case .event(let event): "event \(event.name)"
        case .unsupported(let type, let fields): "\(type) (\(fields.joined(separator: " ")))"
        default: content.type
        }
    }
}
