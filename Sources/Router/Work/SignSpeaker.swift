import Lifecycle
import System

/// Tells a person that their turn runs, and how far it has come.
struct SignSpeaker: Sendable {
    let app: App
    /// The time that has passed since the message came.
    let age: Duration
    let acknowledge: @Sendable (String) async -> Void
    let say: @Sendable (String) async -> Void

    /// Speaks until the task is cancelled, unless the reply itself is the sign.
    func run(_ running: RunningTurn) async {
        guard app.speech.signs == .messages else { return }
        let clock = running.clock
        let began = clock.now
        if let patience = app.conduct.signs.acknowledgeAfter {
            guard (try? await clock.sleep(for: max(.zero, patience - age))) != nil else { return }
            // A later try is no news: the person has been told that there will be one.
            if running.job.isFirstRun { await acknowledge(app.texts.acknowledged) }
        }
        guard let interval = app.conduct.signs.progressEvery else { return }
        var next = began
        while true {
            next = next.advanced(by: interval)
            guard (try? await clock.sleep(until: next)) != nil else { return }
            let minutes = max(1, Int(clock.now.since(began).inMilliseconds / 60_000))
            let progress = running.feed.snapshot.progress ?? ""
            await say(app.texts.progress.filled(["minutes": String(minutes), "progress": progress]))
        }
    }
}
