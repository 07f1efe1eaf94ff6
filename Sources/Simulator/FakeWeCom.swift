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
        listener = HTTPListener(
            name: "simulated WeCom", host: "127.0.0.1", port: port, limits: limits, on: loop, metrics: Metrics(), log: log
        ) { await api.answer($0) }
    }

    /// Where an app's callbacks go from now on.
    package func setCallbackURL(_ url: String) {
        apps.withLock { apps in
            for index in apps.indices { apps[index].callbackURL = url }
        }
    }

    package var firstApp: FakeApp? { apps.withLock(\.first) }
}
