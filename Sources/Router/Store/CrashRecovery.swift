/// What becomes of jobs whose worker went away without a word.
package struct CrashRecovery: Sendable {
    /// Apps that want such a turn to fail rather than run again.
    package var failing: Set<AppKey>
    /// What the user is told then.
    package var failureText: String

    package init(failing: Set<AppKey> = [], failureText: String = ChatTexts().failed) {
        self.failing = failing
        self.failureText = failureText
    }

    /// A job that was there so often when the process went down is taken for the cause of it.
    package static let maxCrashes = 3

    /// How a job is settled that had been running.
    package func settlement(of app: AppKey?, crashes: Int, to address: ReplyAddress?) -> Settlement {
        let apology = address.map { [Part(to: $0, failureText)] } ?? []
        if crashes >= CrashRecovery.maxCrashes {
            return Settlement(
                .failed, reason: "poison: the server went down \(crashes) times while this job ran", parts: apology)
        }
        if let app, failing.contains(app) {
            return Settlement(.failed, reason: "the server had stopped, and on_crash says fail", parts: apology)
        }
        return Settlement(.ready, reason: "the server had stopped", spendsAttempt: false)
    }
}
