package import HTTP
package import HTTPServer
import JSON
import Lifecycle
package import Observability
package import System
import WeCom

/// WeCom, played by us: issues tokens, receives messages, has people say things, and misbehaves on request.
package final class FakeWeCom: Sendable {
    package let transcript = Transcript()
    package let faults = Faults()
    package let listener: HTTPListener
    let apps: Lock<[FakeApp]>
    private let api: FakeAPI
    let transport: any HTTPTransport
    let messageIDs = Lock<UInt64>(0)

    /// Listens on loopback; `transport` is how it posts callbacks.
    package init(
        apps: [FakeApp], port: Int, transport: any HTTPTransport, on loop: EventLoop, log: Logger,
        tokenLifetime: Int64 = 7200
    ) {
        self.apps = Lock(apps)
        self.transport = transport
        // WeCom's ids of messages grow with time.
        messageIDs.withLock { $0 = UInt64(Timestamp.now.milliseconds) << 20 }
        var limits = HTTPLimits()
        limits.answerTime = .seconds(120)
        let api = FakeAPI(apps: self.apps, transcript: transcript, faults: faults, tokenLifetime: tokenLifetime)
        self.api = api
        listener = HTTPListener(
            name: "simulated WeCom", host: "127.0.0.1", port: port, limits: limits, on: loop, metrics: Metrics(),
            log: log
        ) { await api.answer($0) }
    }

    /// Where an app's callbacks go from now on.
    package func setCallbackURL(_ url: String, of app: FakeApp) {
        apps.withLock { apps in
            for index in apps.indices where apps[index].isSame(as: app) { apps[index].callbackURL = url }
        }
    }

    /// Every token issued so far stops working, as WeCom may do at any time.
    package func revokeTokens() { api.revokeTokens() }

    /// Where the app's callbacks go now.
    func callbackURL(of app: FakeApp) -> String {
        apps.withLock { $0.first { $0.isSame(as: app) } }?.callbackURL ?? app.callbackURL
    }
}

extension FakeApp {
    fileprivate func isSame(as other: FakeApp) -> Bool { corpID == other.corpID && agentID == other.agentID }
}
