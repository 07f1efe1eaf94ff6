package import HTTP
import JSON
import Observability
package import Router
import System
import WeCom

/// Answers WeCom's calls: verifies the URL, opens callbacks, has them accepted, and acknowledges what is on disk.
package struct CallbackEndpoint: Sendable {
    private let opener: CallbackOpener
    private let intake: Intake
    private let record: CallbackRecord
    private let sources: AllowedSources?
    /// Limits the rows of what is refused for its age.
    private let agedOnes = RateLimit(perSecond: 20)
    /// One line an hour for each app tells that its old keys are still in use.
    private let reminders = OccasionallyEach(every: .seconds(3600))

    /// Without `sources` they may come from anywhere.
    package init(
        opener: CallbackOpener, intake: Intake, record: CallbackRecord, sources: AllowedSources? = nil
    ) {
        self.opener = opener
        self.intake = intake
        self.record = record
        self.sources = sources
    }

    /// Answers a request on the shared path, or on the path of the app that is called `name`.
    package func answer(_ request: HTTPRequest, app name: String? = nil) async -> HTTPResponse {
        let began = MonotonicTime.now
        guard sources?.admit(request) ?? true else { return refuse(.foreignSource, request, name, since: began) }
        return switch request.method {
        case .get: verify(request, app: name, since: began)
        case .post: await receive(request, app: name, since: began)
        default: HTTPResponse(.methodNotAllowed, headers: ["Allow": "GET, POST"])
        }
    }

    private func refuse(
        _ refusal: CallbackRefusal, _ request: HTTPRequest, _ name: String?, since began: MonotonicTime
    ) -> HTTPResponse {
        record.refuse(refusal, of: request, at: name, door: .app, since: began)
    }

    // MARK: URL verification

    private func verify(_ request: HTTPRequest, app name: String?, since began: MonotonicTime) -> HTTPResponse {
        do throws(CallbackRefusal) {
            let echo = try opener.openVerification(request, app: name)
            noteFormerKeys(echo.signer.former, of: echo.signer.app)
            record.log.info("WeCom has verified the callback URL", [.app: .string(echo.signer.app.name)])
            return HTTPResponse(
                .ok, headers: ["Content-Type": "text/plain", "Cache-Control": "no-store"], body: .whole(echo.text)
            )
        } catch {
            return refuse(error, request, name, since: began)
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
            return refuse(error, request, name, since: began)
        }
        let app = opened.app
        noteFormerKeys(opened.formerKeys, of: app)
        if opened.isClockOff { record.metrics.clockOff.increment() }
        let log = record.log(of: opened.message, to: app)
        do {
            let acceptance = try await intake.accept(opened.message, document: opened.document, from: app)
            CrashPoint.reach(.afterCommit)
            record.report(acceptance, of: opened.message, to: app, log)
            return HTTPResponse(.ok).proven
        } catch {
            return record.notDurable(error, to: app, log)
        }
    }

    /// Leaves a trace of a message that was refused for its age, for who asks after it. Somebody who has an old message of
    /// WeCom's may send it as often as they like: so many a second are looked at.
    private func noteTooOld(_ opened: OpenedCallback) async {
        guard agedOnes.allowsOne() else { return }
        try? await intake.noteTooOld(opened.message, document: opened.document, from: opened.app)
    }

    private func noteFormerKeys(_ part: FormerKeys.Part?, of app: App) {
        guard let part else { return }
        record.metrics.count(part, of: app)
        guard let count = reminders.tell(of: app.name) else { return }
        record.log.info(
            "WeCom still seals callbacks by old keys of the app",
            [.app: .string(app.name), "key": .string(part.rawValue), "since_last_told": .integer(Int64(count))])
    }
}
