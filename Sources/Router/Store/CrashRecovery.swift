/// Settles jobs whose worker went away without a word, as their apps want it.
package struct CrashRecovery: Sendable {
    /// Finds an app as it is served when its job is settled; nil for one that is gone.
    private let app: @Sendable (Endpoint) -> App?

    /// The beginning of the names of questions whether a job that a crash broke off is to run again: each crash asks its
    /// own.
    package static let questionKey = "crash "

    package init(_ app: @escaping @Sendable (Endpoint) -> App? = { _ in nil }) { self.app = app }

    package init(_ current: Serving.Current) { self.init { current.serving.directory[$0] } }

    /// Makes the message to whoever waits for a job that will not be done.
    package func apology(of app: Endpoint?, to address: ReplyAddress?) -> [Part] {
        apology(app.flatMap(self.app), address)
    }

    private func apology(_ app: App?, _ address: ReplyAddress?) -> [Part] {
        parts(saying: (app?.texts ?? .chinese).failed, within: app?.speech ?? .least, to: address)
    }

    private func parts(saying text: String, within speech: Speech, to address: ReplyAddress?) -> [Part] {
        address.flatMap { Part(to: $0, saying: text, within: speech) }.map { [$0] } ?? []
    }

    /// A job that was there so often when the process went down is taken for the cause of it.
    package static let maxCrashes = 3

    /// Settles a job that had been running.
    package func settlement(of app: Endpoint?, crashes: Int, to address: ReplyAddress?) -> Settlement {
        let app = app.flatMap(self.app)
        var settlement = unlessStopped(app, crashes: crashes, apology: apology(app, address))
        settlement.whenStopped = parts(
            saying: (app?.texts ?? .chinese).stopped, within: app?.speech ?? .least, to: address)
        return settlement
    }

    private func unlessStopped(_ app: App?, crashes: Int, apology: [Part]) -> Settlement {
        let recalls = app?.recallsSigns ?? true
        if crashes >= CrashRecovery.maxCrashes {
            return Settlement(
                .failed, reason: "poison: the server went down \(crashes) times while this job ran", parts: apology,
                recallsSigns: recalls)
        }
        if app?.conduct.onCrash == .fail {
            return Settlement(
                .failed, reason: "the server had stopped, and on_crash says fail", parts: apology,
                recallsSigns: recalls)
        }
        return Settlement(.ready, reason: "the server had stopped", spendsAttempt: false)
    }
}
