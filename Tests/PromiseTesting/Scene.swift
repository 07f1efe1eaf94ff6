import HTTP
package import HTTPClient
import HTTPServer
import Lifecycle
package import Observability
package import Simulator
package import System
import WeCom

/// All that stands around the servers: WeCom, the agent of the bots, and people who write.
package struct Scene: Sendable {
    package let cast: Cast
    package let wecom: FakeWeCom
    /// The URL of WeCom.
    package let api: String
    package let teller: Teller
    /// The URL of the agent.
    package let tellersURL: String
    package let transport: CurlTransport
    package let ledger = Ledger()
    private let tellersDoor: HTTPListener

    /// Opens it on loopback. An answer of the agent's takes up to `longestTurn`.
    package init(_ cast: Cast, takingUpTo longestTurn: Duration = .zero, on loop: EventLoop, log: Logger) async throws {
        let transport = CurlTransport()
        let wecom = FakeWeCom(apps: cast.apps, port: 0, transport: transport, on: loop, log: log)
        // People here hear more in a minute than WeCom would let them.
        wecom.limitMembers(to: .none)
        wecom.sockets.limitChats(to: .none)
        // A bot that has died leaves more of them open.
        wecom.limitInteractions(to: .max)
        wecom.sockets.add(cast.connectedBot)
        api = "http://127.0.0.1:\(try await wecom.listener.open())"
        wecom.setBase(api)
        let teller = Teller(transport: transport, takingUpTo: longestTurn)
        var limits = HTTPLimits()
        // It may have to wait for a file.
        limits.answerTime = .seconds(60)
        tellersDoor = HTTPListener(
            name: "teller", at: .host("127.0.0.1", port: 0), limits: limits, on: loop, metrics: Metrics(), log: log
        ) { await teller.answer($0) }
        tellersURL = "http://127.0.0.1:\(try await tellersDoor.open())/"
        (self.cast, self.wecom, self.teller, self.transport) = (cast, wecom, teller, transport)
    }

    /// Has everybody write until the ledger is closed. Returns when the last has said the last.
    package func letPeopleTalk(_ manners: Manners, seed: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, conversation) in cast.conversations.enumerated() {
                let person = Person(
                    conversation: conversation, manners: manners, cast: cast, wecom: wecom, ledger: ledger)
                group.addTask { await person.talk(seed: seed &+ UInt64(number)) }
            }
        }
    }

    package func close() async {
        teller.close()
        await wecom.listener.quiesce(by: .now)
        await tellersDoor.quiesce(by: .now)
        await transport.close()
    }
}
