import Simulator
import WeCom

/// The world that `simulate` plays, as its options say.
struct SimulatedWorld: Sendable {
    var world: World
    /// The configuration whose apps and bots it has, as the user named it.
    let file: String?
    /// The one who writes at the terminal.
    let user: UserID

    /// `described` stands in for the file of `--world`, where there is none.
    init(
        _ options: Options, described: World? = nil, for traffic: TrafficOptions? = nil, keptAs kept: KeptWorld? = nil,
        in context: CommandContext
    ) throws {
        let seed = try options.worldSeed(of: "simulate") ?? kept?.seed
        file = options.value("--config")
        let configuration = try file == nil ? Configuration() : context.configuration(options)
        let written =
            try options.value("--world").map {
                try World.load($0, seed: seed, environment: context.environment)
            } ?? described
        let writer = options.value("--user").map(UserID.init)
        if file != nil {
            world = written ?? World(seed: seed ?? .random())
            world.take(configuration)
            world.fill(for: configuration, first: writer)
        } else if let written {
            world = written
            world.fill()
        } else {
            world = .invented(seed ?? .random(), apps: traffic?.apps ?? 1, bots: traffic?.bots ?? 2)
            if let writer { world.enter(writer) }
        }
        let server = configuration.server
        world.direct(
            to: options.value("--callback") ?? "http://127.0.0.1:\(server.port)\(server.path)", bots: server.botPath,
            replacing: options.value("--callback") != nil)
        user = writer ?? world.corps.first?.members.first?.userID ?? UserID("zhangsan")
    }

    /// The way to start a router that talks to it.
    func advice(forWeComAt url: LoopbackURL) -> String {
        guard let file else { return world.configurationText(forWeComAt: url) }
        return "For a router that talks to it: wecom-router serve --config \(file) --api-base-url \(url.text)\n"
    }
}

extension Options {
    /// The number from which a world is made up, if one is given.
    func worldSeed(of command: String) throws -> WorldSeed? {
        guard let text = value("--seed") else { return nil }
        guard let number = UInt32(text) else {
            throw UsageError("--seed takes a number from 0 to \(UInt32.max), not \(shown(text)).", command: command)
        }
        return WorldSeed(UInt64(number))
    }
}
