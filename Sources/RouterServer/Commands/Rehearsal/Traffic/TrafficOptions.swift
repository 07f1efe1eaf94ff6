import Simulator
import Text
import WeCom

/// The options of `simulate --traffic`.
struct TrafficOptions: Sendable {
    private(set) var plan = TrafficPlan()
    let users: Int
    /// The numbers of apps and bots that are written to; nil is all there are.
    let apps: Int?
    let bots: Int?
    /// The files that the figures go to.
    let csv: String?
    let json: String?

    private static let command = "simulate"
    /// Those that mean something to traffic alone.
    private static let own = [
        "--users", "--apps", "--bots", "--rate", "--mix", "--ramp", "--duration", "--count", "--connections", "--csv",
        "--json",
    ]

    /// nil where no traffic is asked for.
    init?(_ options: Options) throws {
        guard options.has("--traffic") else {
            guard let stray = Self.own.first(where: { options.given.contains($0) }) else { return nil }
            throw UsageError("\(stray) belongs to --traffic, which is not given.", command: Self.command)
        }
        users = try options.count("--users", 1...100_000) ?? 1000
        apps = try options.count("--apps", 0...10_000)
        bots = try options.count("--bots", 0...1000)
        csv = options.value("--csv")
        json = options.value("--json")
        plan.count = try options.count("--count", 1...1_000_000_000)
        plan.connections = try options.count("--connections", 1...10_000) ?? plan.connections
        if let time = try options.time("--ramp") { plan.ramp = time }
        if let time = try options.time("--duration") {
            plan.duration = time
        } else if plan.count != nil {
            plan.duration = Options.longestTime
        }
        if let text = options.value("--rate") {
            guard let rate = Double(text), (0.001...1_000_000).contains(rate) else {
                throw UsageError(
                    "--rate takes a number of messages a second, not \(shown(text)).", command: Self.command)
            }
            plan.pace = .rate(rate)
        }
        if let text = options.value("--mix") { plan.mix = try Self.mix(text) }
    }

    /// Reads `text=8,image=1,bot=1`; a kind without a number has one.
    private static func mix(_ text: String) throws -> TrafficMix {
        let complaint = UsageError(
            "--mix takes kinds with their shares, as in text=8,image=1,bot=1, not \(shown(text)).", command: command)
        var weights: [TrafficMix.Kind: Int] = [:]
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {  // short: an option
            let (name, share) = piece.cut(around: "=") ?? (piece, "1")
            guard let kind = TrafficMix.Kind(rawValue: String(name)), let weight = Int(share), weights[kind] == nil,
                (0...1_000_000).contains(weight)
            else { throw complaint }
            weights[kind] = weight
        }
        guard let mix = TrafficMix(weights) else { throw complaint }
        return mix
    }
}

extension TrafficOptions {
    /// The people who write, and what each of them writes to; `world` gets those that it lacks. User n writes to app n and bot
    /// n, over and over.
    func writers(in world: inout World) throws -> [Traffic.Writer] {
        let apps = try world.apps.prefix(self.apps ?? .max).map { try $0.played() }
        let bots =
            try plan.mix.kinds.contains(.bot) ? world.bots.prefix(self.bots ?? .max).compactMap(TrafficBot.init) : []
        guard !apps.isEmpty || !bots.isEmpty else {
            throw UsageError(
                "--traffic has nothing to write to: the world has no app, and no bot in the mix.", command: Self.command
            )
        }
        let corps = apps.isEmpty ? world.corps.prefix(1).map(\.id) : apps.map(\.corpID)
        world.invite(users, to: corps)
        var next: [CorpID: Int] = [:]
        return (0..<users).compactMap { number in
            let corp = corps[number % corps.count]
            let place = next[corp, default: 0]
            next[corp] = place + 1
            guard let member = world.corp(corp)?.members[place] else { return nil }
            return Traffic.Writer(
                member.userID, to: apps.isEmpty ? nil : apps[number % apps.count],
                bots.isEmpty ? nil : bots[number % bots.count])
        }
    }
}

extension World {
    /// Makes people up until so many are spread over the corps of these ids, each of which may come more than once.
    fileprivate mutating func invite(_ count: Int, to ids: [CorpID]) {
        var needed: [CorpID: Int] = [:]
        for number in 0..<count { needed[ids[number % ids.count], default: 0] += 1 }
        for index in corps.indices {
            let missing = needed[corps[index].id, default: 0] - corps[index].members.count
            if missing > 0 { corps[index].invent(missing, seed, index: index) }
        }
    }
}

extension TrafficBot {
    fileprivate init?(_ bot: World.Bot) throws {
        if let played = try bot.playedWebhook() {
            self = .webhook(played)
        } else if let played = bot.playedSocket {
            self = .socket(played)
        } else {
            return nil
        }
    }
}

extension Options {
    /// A day.
    static let longestTime = Duration.seconds(24 * 3600)

    /// A number within bounds, if it is given.
    fileprivate func count(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = value(name) else { return nil }
        guard let count = Int(text), range.contains(count) else {
            throw UsageError(
                "\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not \(shown(text)).",
                command: "simulate")
        }
        return count
    }

    /// A time, if it is given.
    fileprivate func time(_ name: String) throws -> Duration? {
        guard let text = value(name) else { return nil }
        switch Form<Duration>.duration(atMost: Self.longestTime).fit(text) {
        case .fits(let time, _): return time
        case .mismatch(let complaint): throw UsageError("\(name) \(complaint).", command: "simulate")
        }
    }
}
