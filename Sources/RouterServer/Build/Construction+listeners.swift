import Admin
import Agents
import HTTP
import HTTPServer
import Lanes
import Lifecycle
import Router
import System

/// The ways in.
extension Construction {
    /// For callbacks, and for agents that are elsewhere.
    func publicListener(_ readiness: Readiness, _ clock: ClockWatch, _ records: BotRecords) -> HTTPListener {
        let server = configuration.server
        let record = CallbackRecord(metrics: callbackMetrics, clock: clock, refused: refused, log: log)
        let sources = AllowedSources(server.allowedSources, behind: ClientAddresses(server))
        let callbacks = CallbackEndpoint(
            opener: CallbackOpener(current), intake: intake, record: record, sources: sources)
        let bots = BotCallbackEndpoint(
            opener: BotOpener(current), intake: intake, view: streamView, events: botEvents, record: record,
            sources: sources, by: self.clock, whenHeard: { records.noteCallback(to: $0, at: $1) })
        let calls = CallEndpoint(store: store, attachments: attachments, turns: turns, metrics: CallMetrics(metrics))
        let routes = Routes(
            path: server.path, callbacks: callbacks, botPath: server.botPath, bots: bots, calls: calls,
            current: current, readiness: readiness, refused: refused)
        return HTTPListener(
            name: "public", at: .host(server.host, port: server.port),
            limits: .forCallbacks(Process.raiseOpenFileLimit()), budgets: ClientBudgets(ClientAddresses(server)),
            on: loops.http, metrics: metrics, log: log,
            refusals: { [callbackMetrics, refused] status, request in
                guard status == .contentTooLarge, request.looksLikeCallback else { return nil }
                callbackMetrics.count(.tooLarge)
                refused.note(.tooLarge, of: request, at: String(request.path), door: .app)
                return nil
            }
        ) { await routes.answer($0) }
    }

    /// `/v1`, which both of the operator's ways in lead to.
    func controlRoutes(_ reloader: Reloader, _ live: LiveBots) -> ControlRoutes {
        ControlRoutes(
            store: store, current: current, blobs: blobs, now: { [clock] in clock.timestamp }, live: live, turns: turns,
            refused: refused, reload: { try await reloader.reload() }
        ) { [work, outbox, cancellations] in
            for wakeup in [work, outbox, cancellations] { wakeup.signal() }
        }
    }

    /// For the operator, over TCP.
    func managementListener(_ readiness: Readiness, _ control: ControlRoutes, _ admin: Admin) -> HTTPListener {
        let management = configuration.management
        let routes = ManagementRoutes(
            access, readiness: readiness, current: current, metrics: metrics, control: control, admin: admin)
        return HTTPListener(
            name: "management", at: .host(management.host, port: management.port), limits: .forManagement,
            on: loops.management, metrics: metrics, log: log
        ) { await routes.answer($0) }
    }

    /// The administration's pages, which ask what programs ask.
    func admin(_ readiness: Readiness, _ control: ControlRoutes) -> Admin {
        Admin(
            of: .init(node: storeService.node.name, version: Version.number),
            behind: ClientAddresses(configuration.server), log: log, now: { [clock] in clock.timestamp }
        ) { [current] request in
            if request.path == "/ready" { readiness.response(current.serving) } else { await control.answer(request) }
        }
    }

    /// For the command line, over a socket beside the store. Whatever descends from `ancestor` was started for agents.
    func controlListener(
        _ control: ControlRoutes, _ admin: Admin, _ management: HTTPListener, ancestor: Int32?
    ) -> ControlListenerService? {
        let link = LoginLink(admin: admin, access: access, host: configuration.management.host) {
            try await management.open()
        }
        return ControlListenerService(
            at: configuration.store.controlSocket, keyAt: configuration.store.controlKey, ancestor: ancestor,
            on: loops.management, metrics, log
        ) { request in
            if request.path == LoginLink.path { await link.answer(request) } else { await control.answer(request) }
        }
    }
}

extension ClientAddresses {
    init(_ server: Configuration.Server) {
        self.init(proxies: server.trustedProxies, known: server.wecomAddresses)
    }
}

extension HTTPLimits {
    /// The limits of callbacks. What is not durable within three seconds is answered 503; WeCom gives up after five. Deadlines are looked at
    /// four times a second, which has to fit in.
    fileprivate static func forCallbacks(_ openFiles: Int) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = min(8192, max(16, openFiles - 256))
        limits.answerTime = .milliseconds(2700)
        return limits
    }

    static var forManagement: HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = 64
        // A file of WeCom's largest size in base64, with what goes round it.
        limits.bodySize = 28 << 20
        limits.bodyTime = .seconds(60)
        limits.answerTime = .seconds(30)
        return limits
    }
}
