import Agents
import JSON
import Lifecycle
import Observability
import Router
import System

/// Reads the configuration again when asked to, and puts in force what can be swapped: whole, or not at all.
///
/// What is under way goes by the snapshot that it began with. An app that has left finishes what it had accepted.
final class Reloader: Sendable {
    private struct State {
        var served: Served
        /// ACP agents that were replaced: they keep no program any more, and may be at work still.
        var retired: [ACPAgent] = []
        /// The times at which apps that leave were last seen in the configuration.
        var leftAt: [Endpoint: MonotonicTime] = [:]
        /// Agents that are new, and were not looked at yet.
        var unseen: Set<String> = []
        /// There may be apps whose credentials nobody has asked for.
        var hasNewCredentials = true
    }

    private let source: ConfigurationSource?
    private let maker: ServingMaker
    private let current: Serving.Current
    private let access: ManagementAccess
    private let store: any Housekeeping
    private let credentials: CredentialCheck
    private let log: Logger
    private let state: Lock<State>
    /// There is something to look at or to clear away.
    private let news = Wakeup()

    /// The interval between two looks whether apps that leave have finished, and the time that each stays at least: a callback under
    /// way may be accepted meanwhile.
    private static let interval = Duration.seconds(10)

    init(
        _ served: Served, from source: ConfigurationSource?, maker: ServingMaker, current: Serving.Current,
        access: ManagementAccess, store: any Housekeeping, credentials: CredentialCheck, log: Logger
    ) {
        self.source = source
        self.maker = maker
        self.current = current
        self.access = access
        self.store = store
        self.credentials = credentials
        self.log = log
        state = Lock(State(served: served))
    }

    /// The digest of the configuration in force.
    var digest: String { state.withLock { $0.served.configuration.digest } }

    // MARK: A reload

    /// Throws a `ConfigurationError` with every fault there is; nothing has changed then.
    func reload() async throws -> ReloadReport {
        guard let source else {
            throw ControlRefusal.notNow("there is no server here that was started with a configuration")
        }
        // One after the other: the configuration that was read last is the one in force.
        let (report, replaced) = try await BlockingThreads.disk.run { [self] in
            try state.withLock { try apply(try source.read(), to: &$0) }
        }
        for agent in replaced { await agent.retire() }
        news.signal()
        tell(report)
        return report
    }

    private func apply(_ read: Configuration, to state: inout State) throws -> (ReloadReport, [ACPAgent]) {
        let earlier = state.served
        var report = ReloadReport(from: earlier.configuration, to: read)
        let stay = Set(read.apps.map { Endpoint.app(AppKey($0)) } + read.bots.map(\.endpoint))
        let leaving = (earlier.serving.leaving + earlier.serving.directory.apps).filter { !stay.contains($0.endpoint) }
        state.leftAt = leaving.reduce(into: [:]) { $0[$1.endpoint] = state.leftAt[$1.endpoint] ?? .now }
        report.leaving = leaving.map(\.name).sorted()
        let next = try maker.make(
            read.keepingWhatNeedsARestart(of: earlier.configuration), after: earlier, leaving: leaving)
        let replaced = next.agents.replaced(of: earlier.agents)
        state.served = next
        state.retired = state.retired + replaced
        state.unseen.formUnion(report.agents.added + report.agents.changed)
        state.hasNewCredentials = true
        current.swap(to: next.serving)
        access.swap(to: next.configuration)
        log.level = next.configuration.log.level
        return (report, replaced)
    }

    private func tell(_ report: ReloadReport) {
        for warning in report.warnings { log.warning("\(warning.place): \(warning.message)") }
        log.info("the configuration is reloaded: \(report.line)", ["source": .string(report.source)])
        if !report.needsRestart.isEmpty {
            log.warning(
                "what has changed in the configuration needs a restart",
                ["keys": .string(report.needsRestart.joined(separator: ", "))])
        }
    }

    // MARK: While the server runs

    /// Reloads when a signal asks for it, looks at new agents and new credentials, and lets go of apps that have finished;
    /// until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            if let source {
                group.addTask {
                    while !Task.isCancelled {
                        await source.asked.wait()
                        if !Task.isCancelled { await self.reloadAsAsked() }
                    }
                }
            }
            while !Task.isCancelled {
                if asksForCredentials() { group.addTask { await self.credentials.ask() } }
                await news.wait(atMost: Reloader.interval)
                if let watch = watchOfUnseen() { group.addTask { await watch.look() } }
                await letFinishedGo()
                await forgetEnded()
            }
        }
    }

    private func reloadAsAsked() async {
        do {
            _ = try await reload()
        } catch {
            let faults = (error as? ConfigurationError)?.lines ?? ["\(error)"]
            for fault in faults { log.error("a fault in the configuration", [.reason: .string(fault)]) }
            log.error(
                "the configuration is not reloaded; what is served stays as it was",
                ["faults": .integer(Int64(faults.count))])
        }
    }

    private func asksForCredentials() -> Bool {
        state.withLock { state in
            defer { state.hasNewCredentials = false }
            return state.hasNewCredentials && state.served.configuration.management.checksCredentials
        }
    }

    private func watchOfUnseen() -> AgentWatch? {
        state.withLock { state in
            defer { state.unseen = [] }
            guard !state.unseen.isEmpty else { return nil }
            return AgentWatch(
                serving: state.served.serving, configuration: state.served.configuration, only: state.unseen, log: log)
        }
    }

    private func letFinishedGo() async {
        let leftAt = state.withLock { $0.leftAt }
        for app in current.serving.leaving
        where leftAt[app.endpoint].map({ MonotonicTime.now.since($0) >= Reloader.interval }) ?? true {
            do {
                guard try await !store.hasOpenWork(of: app.endpoint) else { continue }
                if letGo(of: app) {
                    log.info("an app that has left has finished what it had accepted", [.app: .string(app.name)])
                }
            } catch {
                log.debug("it is not known whether \(app.name) has finished: \(error)")
            }
        }
    }

    /// True if it was there still.
    private func letGo(of app: App) -> Bool {
        state.withLock { state in
            let left = state.served.serving.leaving.filter { $0 !== app }
            guard left.count < state.served.serving.leaving.count else { return false }
            guard let next = try? maker.make(state.served.configuration, after: state.served, leaving: left) else {
                return false
            }
            state.served = next
            current.swap(to: next.serving)
            return true
        }
    }

    private func forgetEnded() async {
        for agent in state.withLock({ $0.retired }) where await agent.hasEnded {
            state.withLock { state in state.retired.removeAll { $0 === agent } }
        }
    }

    /// Ends what agents keep running, those that were replaced included.
    func close() async {
        let (served, retired) = state.withLock { ($0.served, $0.retired) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await served.agents.close() }
            for agent in retired { group.addTask { await agent.close() } }
        }
    }
}

/// The source of a server's configuration, to be read again.
package struct ConfigurationSource: Sendable {
    let read: @Sendable () throws -> Configuration
    /// Signalled by whoever wants it read again.
    let asked = Wakeup()

    package init(_ read: @escaping @Sendable () throws -> Configuration) { self.read = read }
}
