/// What becomes of jobs whose worker went away without a word.
package struct CrashRecovery: Sendable {
    /// Apps that want such a turn to fail rather than run again.
    package var failing: Set<Endpoint>
    /// What each app's people are told then.
    private let failureTexts: [Endpoint: String]
    /// What they are told whose job was to stop: it has.
    private let stoppedTexts: [Endpoint: String]
    /// Apps that keep their signs of life.
    private let keepingSigns: Set<Endpoint>

    /// What the names of the questions begin with whether a job that a crash broke off is to run again: each crash asks its
    /// own.
    package static let questionKey = "crash "

    package init(
        failing: Set<Endpoint> = [], failureTexts: [Endpoint: String] = [:], stoppedTexts: [Endpoint: String] = [:],
        keepingSigns: Set<Endpoint> = []
    ) {
        self.failing = failing
        self.stoppedTexts = stoppedTexts
        self.keepingSigns = keepingSigns
        self.failureTexts = failureTexts
    }

    package init(_ directory: AppDirectory) {
        self.init(
            failing: directory.failingOnCrash,
            failureTexts: directory.apps.reduce(into: [:]) { $0[$1.endpoint] = $1.texts.failed },
            stoppedTexts: directory.apps.reduce(into: [:]) { $0[$1.endpoint] = $1.texts.stopped },
            keepingSigns: Set(directory.apps.filter { !$0.conduct.signs.recalls }.map(\.endpoint)))
    }

    /// What is said to whoever waits for a job that will not be done.
    package func apology(of app: Endpoint?, to address: ReplyAddress?) -> [Part] {
        let text = app.flatMap { failureTexts[$0] } ?? ChatTexts.chinese.failed
        return address.flatMap { Part(to: $0, saying: text) }.map { [$0] } ?? []
    }

    /// A job that was there so often when the process went down is taken for the cause of it.
    package static let maxCrashes = 3

    /// How a job is settled that had been running.
    package func settlement(of app: Endpoint?, crashes: Int, to address: ReplyAddress?) -> Settlement {
        var settlement = unlessStopped(app, crashes: crashes, to: address)
        let stopped = app.flatMap { stoppedTexts[$0] } ?? ChatTexts.chinese.stopped
        settlement.whenStopped = address.flatMap { Part(to: $0, saying: stopped) }.map { [$0] } ?? []
        return settlement
    }

    private func unlessStopped(_ app: Endpoint?, crashes: Int, to address: ReplyAddress?) -> Settlement {
        let apology = apology(of: app, to: address)
        let recalls = app.map { !keepingSigns.contains($0) } ?? true
        if crashes >= CrashRecovery.maxCrashes {
            return Settlement(
                .failed, reason: "poison: the server went down \(crashes) times while this job ran", parts: apology,
                recallsSigns: recalls)
        }
        if let app, failing.contains(app) {
            return Settlement(
                .failed, reason: "the server had stopped, and on_crash says fail", parts: apology,
                recallsSigns: recalls)
        }
        return Settlement(.ready, reason: "the server had stopped", spendsAttempt: false)
    }
}
