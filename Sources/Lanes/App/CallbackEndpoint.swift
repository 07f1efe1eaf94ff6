package import HTTP
import JSON
package import Observability
package import Router
import System
import WeCom

/// Answers WeCom's calls: verifies the URL, opens callbacks, has them accepted, and acknowledges what is on disk.
package struct CallbackEndpoint: Sendable {
    private let opener: CallbackOpener
    private let intake: Intake
    private let metrics: CallbackMetrics
    private let log: Logger
    private let clock: ClockWatch?
    private let sources: AllowedSources?
    /// Anybody can send rubbish as fast as they like: one warning a minute tells of it.
    private let noise = Occasionally(every: .seconds(60))
    /// Limits the rows of what is refused for its age.
    private let agedOnes = RateLimit(perSecond: 20)
    /// Limits warnings to one a minute for each app: what is suspicious repeats itself, too.
    private let suspicions = OccasionallyEach(every: .seconds(60))
    /// One line an hour for each app tells that its old keys are still in use.
    private let reminders = OccasionallyEach(every: .seconds(3600))

    /// `clock` hears of genuine callbacks that are refused for their age. Without `sources` they may come from anywhere.
    package init(
        opener: CallbackOpener, intake: Intake, metrics: CallbackMetrics, clock: ClockWatch? = nil,
        sources: AllowedSources? = nil, log: Logger
    ) {
        self.opener = opener
        self.intake = intake
        self.metrics = metrics
        self.clock = clock
        self.sources = sources
        self.log = log
    }

    /// Answers a request on the shared path, or on the path of the app that is called `name`.
    package func answer(_ request: HTTPRequest, app name: String? = nil) async -> HTTPResponse {
        let began = MonotonicTime.now
        guard sources?.admit(request) ?? true else { return refuse(.foreignSource, since: began) }
        return switch request.method {
        case .get: verify(request, app: name, since: began)
        case .post: await receive(request, app: name, since: began)
        default: HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
    }

    // MARK: URL verification

    private func verify(_ request: HTTPRequest, app name: String?, since began: MonotonicTime) -> HTTPResponse {
        do throws(CallbackRefusal) {
            let echo = try opener.openVerification(request, app: name)
            noteFormerKeys(echo.signer.former, of: echo.signer.app)
            log.info("WeCom has verified the callback URL", [.app: .string(echo.signer.app.name)])
            return HTTPResponse(
                .ok, headers: ["Content-Type": "text/plain", "Cache-Control": "no-store"], body: .whole(echo.text)
            )
        } catch {
            return refuse(error, since: began)
        }
    }

    // MARK: Callbacks

    private func receive(
        _ request: HTTPRequest, app name: String?, since began: MonotonicTime
    ) async -> HTTPResponse {
        let opened: OpenedCallback
        do throws(CallbackRefusal) {
            opened = try opener.open(request, app: name)
        } catch {
            if case .tooOld(let opened, _) = error { await noteTooOld(opened) }
            return refuse(error, since: began)
        }
        let app = opened.app
        noteFormerKeys(opened.formerKeys, of: app)
        if opened.isClockOff { metrics.clockOff.increment() }
        let log = log.with([
            .app: .string(app.name),
            .user: opened.message.from.map { .string(app.endpoint.scoped($0)) },
        ])
        do {
            let acceptance = try await intake.accept(opened.message, document: opened.document, from: app)
            CrashPoint.reach(.afterCommit)
            report(acceptance, of: opened.message, to: app, log)
            return HTTPResponse(.ok).proven
        } catch {
            metrics.countNotDurable(of: app)
            log.error("a message could not be made durable; WeCom is told 503", [.error: .string("\(error)")])
            return HTTPResponse.text(.serviceUnavailable, "try again\n").proven
        }
    }

    /// Leaves a trace of a message that was refused for its age, for who asks after it. Somebody who has an old message of
    /// WeCom's may send it as often as they like: so many a second are looked at.
    private func noteTooOld(_ opened: OpenedCallback) async {
        guard agedOnes.allowsOne() else { return }
        try? await intake.noteTooOld(opened.message, document: opened.document, from: opened.app)
    }

    private func report(_ acceptance: Acceptance, of message: InboundMessage, to app: App, _ log: Logger) {
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
        case .nothing(let reason):
            log.info("acknowledged, not queued", [.reason: .string(reason.rawValue), "content": .string(message.kind)])
        }
    }

    private func noteFormerKeys(_ part: FormerKeys.Part?, of app: App) {
        guard let part else { return }
        metrics.count(part, of: app)
        guard let count = reminders.tell(of: app.name) else { return }
        log.info(
            "WeCom still seals callbacks by old keys of the app",
            [.app: .string(app.name), "key": .string(part.rawValue), "since_last_told": .integer(Int64(count))])
    }

    private func refuse(_ refusal: CallbackRefusal, since began: MonotonicTime) -> HTTPResponse {
        metrics.count(refusal)
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
    fileprivate var proven: HTTPResponse {
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
