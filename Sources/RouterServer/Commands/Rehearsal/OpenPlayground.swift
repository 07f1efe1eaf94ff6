import Lifecycle
import Observability
import Playground
import Simulator
import System

/// The playground over a simulated WeCom, on a port of loopback with a thread of its own.
struct OpenPlayground: Sendable {
    /// The address to open in a browser.
    let address: String
    private let playground: Playground
    private let loop: EventLoop

    /// The port that is tried first: an address that stays the same can be kept open.
    static let usualPort = 8651

    /// Opens it. Without a port of somebody's choice it is the usual one, or any, where that is taken. Secrets that come from a
    /// configuration are `masked`; `offers` are words that all apps and bots know.
    init(
        of wecom: FakeWeCom, _ world: World, offers: [Roster.Offer] = [], port: Int?, masksSecrets: Bool, log: Logger
    ) async throws {
        let roster = try Roster(world, offers: offers)
        loop = try EventLoop(named: "playground")
        do {
            (playground, address) = try await OpenPlayground.open(
                wecom, roster, port ?? OpenPlayground.usualPort, masksSecrets, loop, log)
        } catch  where port == nil {
            (playground, address) = try await OpenPlayground.open(wecom, roster, 0, masksSecrets, loop, log)
        }
    }

    private static func open(
        _ wecom: FakeWeCom, _ roster: Roster, _ port: Int, _ masksSecrets: Bool, _ loop: EventLoop, _ log: Logger
    ) async throws -> (Playground, String) {
        let playground = Playground(of: wecom, roster, port: port, masksSecrets: masksSecrets, on: loop, log: log)
        return (playground, try await playground.open())
    }

    /// Until the task is cancelled.
    func run() async { await playground.run() }

    func close() async {
        await playground.close()
        loop.stop()
    }
}
