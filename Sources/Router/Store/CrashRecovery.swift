/// An app's rules for taking jobs back whose worker went away silently.
package struct CrashConduct: Sendable {
    /// It is to fail rather than to run again.
    package var fails = false
    /// Said to whoever waits for a job that will not be done.
    package var failed: [Part] = []
    /// Said of a job that was to stop: it has.
    package var stopped: [Part] = []
    package var recallsSigns = true

    package init() {}
}

/// Looks up how the apps want jobs taken back whose worker went away silently.
package struct CrashRecovery: Sendable {
    /// Finds an app as it is served when its job is settled; nil for one that is gone.
    private let app: @Sendable (Endpoint) -> App?

    /// The beginning of the names of the questions whether a job that a crash broke off is to run again: each crash asks its own.
    package static let questionKey = "crash "

    package init(_ app: @escaping @Sendable (Endpoint) -> App? = { _ in nil }) { self.app = app }

    package init(_ current: Serving.Current) { self.init { current.serving.app($0) } }

    /// The end of a job that cannot be read. Whoever waits for it hears that it failed, if that is one person.
    package func end(of job: JobID, in conversation: ConversationKey?, for unreadable: UnreadableRow) -> Settlement {
        let conduct = conduct(
            of: conversation?.endpoint, to: conversation?.user.map(ReplyAddress.user), for: job)
        return Settlement(.failed, reason: unreadable.description, parts: conduct.failed)
    }

    package func conduct(of app: Endpoint?, to address: ReplyAddress?, for job: JobID) -> CrashConduct {
        let app = app.flatMap(self.app)
        let (texts, speech) = (app?.texts ?? .chinese, app?.speech ?? .least)
        func parts(saying text: String) -> [Part] {
            address.flatMap { Part(to: $0, saying: text, within: speech) }.map { [$0] } ?? []
        }
        var conduct = CrashConduct()
        conduct.fails = app?.conduct.onCrash == .fail
        let failed = parts(
            saying: texts.words(
                for: AgentFailure(.interrupted, ""), of: job, retry: app?.conduct.commands.retryWord))
        conduct.failed = app?.offeringToStartOver(failed) ?? failed
        conduct.stopped = parts(saying: texts.stopped)
        conduct.recallsSigns = app?.recallsSigns ?? true
        return conduct
    }
}
