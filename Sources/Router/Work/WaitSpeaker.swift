import JSON
import Lifecycle
import Observability
import System

/// Acknowledges messages that wait for a worker, or behind an earlier one: to their sender the wait begins with the message,
/// not with the turn.
struct WaitSpeaker: Sendable {
    let store: any WaitingStore
    let current: Serving.Current
    let outbox: Wakeup
    let clock: any WorkClock
    let log: Logger

    /// The interval between two looks for messages that wait.
    var interval = Duration.seconds(1)
    /// The wait at the start beyond which a message is passed over: the process before has acknowledged it, or it is too late.
    private static let past = Duration.seconds(600)
    /// The number of jobs that are looked at in one go.
    private static let most = 500

    /// Speaks until the task is cancelled.
    func run() async {
        var lookedUpTo: [Duration: JobID] = [:]
        while (try? await clock.sleep(for: interval)) != nil {
            for patience in Set(current.serving.directory.apps.compactMap(\.conduct.signs.acknowledgeAfter)) {
                let now = clock.timestamp
                let since =
                    lookedUpTo[patience]
                    ?? JobID(IdentifierSource.least(at: now.advanced(by: .zero - WaitSpeaker.past)))
                let until = JobID(IdentifierSource.least(at: now.advanced(by: .zero - patience)))
                lookedUpTo[patience] = await look(behind: since, upTo: max(since, until), patience)
            }
        }
    }

    /// Each job is looked at once, when its app's patience is over. Returns the last of them.
    private func look(behind first: JobID, upTo last: JobID, _ patience: Duration) async -> JobID {
        do {
            let jobs = try await store.untouchedJobs(behind: first, upTo: last, atMost: WaitSpeaker.most)
            for job in jobs {
                guard let app = current.serving.directory[job.endpoint], app.speech.signs == .messages,
                    app.conduct.signs.acknowledgeAfter == patience
                else {
                    continue
                }
                let isSaid = try await store.acknowledge(job.job, at: clock.timestamp) { ahead in
                    app.texts.acknowledgement(behind: ahead)
                }
                if isSaid { outbox.signal() }
            }
            return jobs.count < WaitSpeaker.most ? last : jobs.last?.job ?? last
        } catch {
            log.warning("messages that wait could not be acknowledged", [.error: .string("\(error)")])
            return first
        }
    }
}

extension ChatTexts {
    fileprivate func acknowledgement(behind ahead: Int) -> String {
        ahead == 0 ? queued : queuedBehind.filled(["count": String(ahead)])
    }
}
