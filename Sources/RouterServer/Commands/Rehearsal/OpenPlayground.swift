import Lifecycle
import Observability
import Playground
import Router
import Simulator
import System
import WeCom

/// The playground over a simulated WeCom, on a port of loopback with a thread of its own.
struct OpenPlayground: Sendable {
    /// The address to open in a browser.
    let address: String
    private let playground: Playground
    private let loop: EventLoop

    /// The port that is tried first: an address that stays the same can be kept open.
    static let usualPort = 8651

    /// Opens it. Without a port of somebody's choice it is the usual one, or any, where that is taken. Secrets that come from a
    /// configuration are `masked`.
    init(
        of wecom: FakeWeCom, _ roster: Roster, port: Int?, masksSecrets: Bool, log: Logger
    ) async throws {
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

extension Roster {
    /// The people around the apps and bots of a configuration: those who may write, and some who are made up.
    init(_ configuration: Configuration, apps: [FakeApp], bots: [Bot], first user: UserID?) {
        var named: [CorpID: [UserID]] = [:]
        for app in configuration.apps {
            let listed = [user].compactMap { $0 } + app.policy.users.sorted { $0.folded < $1.folded }
            named[app.corpID, default: []] += listed.filter { !named[app.corpID, default: []].contains($0) }
        }
        let open = Set(configuration.apps.filter(\.policy.everyone).map(\.corpID))
        self.init(
            apps: zip(configuration.apps, apps).map { App(name: $0.name, app: $1) }, bots: bots, named: named,
            onlyNamed: Set(named.filter { !$0.value.isEmpty }.keys).subtracting(open))
    }
}

extension Roster.Bot {
    /// The other end of a bot of the configuration; nil of one that has none here.
    init?(_ bot: Configuration.Bot) throws {
        if let fake = try FakeBot(bot) {
            self.init(name: bot.name, lane: .webhook(fake))
        } else if let fake = FakeSocketBot(bot) {
            self.init(name: bot.name, lane: .socket(fake))
        } else {
            return nil
        }
    }
}

extension Roster {
    /// The apps and bots of a cast, and people around them, among them somebody who is meant to write.
    init(_ cast: Cast, named user: UserID) {
        var (apps, bots): ([App], [Bot]) = ([], [])
        for role in cast.roles {
            switch role.party {
            case .app(let app): apps.append(App(name: role.name, app: app))
            case .webhook(let bot): bots.append(Bot(name: role.name, lane: .webhook(bot)))
            case .socket(let bot): bots.append(Bot(name: role.name, lane: .socket(bot)))
            }
        }
        let named = Dictionary(apps.map { ($0.app.corpID, [user]) }) { first, _ in first }
        self.init(apps: apps, bots: bots, named: named)
    }
}
