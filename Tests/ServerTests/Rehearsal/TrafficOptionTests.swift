import JSON
import Simulator
import Testing
import WeCom

@testable import RouterServer

@Suite("Traffic, as the command line orders it") struct TrafficOptionTests {
    private func options(_ arguments: String...) throws -> TrafficOptions? { try options(arguments) }

    private func options(_ arguments: [String]) throws -> TrafficOptions? {
        try TrafficOptions(try Options(arguments, of: SimulateCommand.help))
    }

    @Test("without --traffic there is none, and what belongs to it is refused")
    func none() throws {
        #expect(try options() == nil)
        let error = #expect(throws: UsageError.self) { _ = try options("--users", "5") }
        #expect(error?.message == "--users belongs to --traffic, which is not given.")
    }

    @Test("what is left out is a thousand people in a closed loop for ten seconds")
    func usual() throws {
        let traffic = try #require(try options("--traffic"))
        #expect(traffic.users == 1000 && traffic.plan.pace == .closed && traffic.plan.duration == .seconds(10))
        #expect(traffic.plan.mix == TrafficMix() && traffic.plan.count == nil && traffic.plan.ramp == .zero)
    }

    @Test("all of it can be ordered")
    func all() throws {
        let traffic = try #require(
            try options(
                "--traffic", "--users", "20", "--apps", "2", "--bots", "3", "--rate", "0.5", "--mix",
                "text=8,image,bot=0",
                "--ramp", "5s", "--duration", "2m", "--count", "7", "--connections", "9", "--csv", "-", "--json", "a"))
        #expect((traffic.users, traffic.apps, traffic.bots) == (20, 2, 3))
        #expect(traffic.plan.pace == .rate(0.5) && traffic.plan.ramp == .seconds(5))
        #expect(traffic.plan.mix == TrafficMix([.text: 8, .image: 1]))
        #expect(traffic.plan.duration == .seconds(120) && traffic.plan.count == 7 && traffic.plan.connections == 9)
        #expect(traffic.csv == "-" && traffic.json == "a")
    }

    @Test(
        "what cannot be is told by its option",
        arguments: [
            ["--users", "0"], ["--users", "100001"], ["--users", "many"], ["--rate", "0"], ["--rate", "-1"],
            ["--rate", "nan"], ["--mix", "text=0"], ["--mix", "text=1,text=2"], ["--mix", "smoke"], ["--mix", ""],
            ["--mix", "text=-1"], ["--ramp", "5"], ["--duration", "25h"], ["--count", "0"], ["--connections", "0"],
            ["--apps", "-1"],
        ])
    func impossible(pair: [String]) throws {
        let error = #expect(throws: UsageError.self) { _ = try options(["--traffic"] + pair) }
        #expect(error?.message.hasPrefix(pair[0]) == true && error?.command == "simulate")
    }

    @Test("people are made up until there are enough in each corp, and each writes to an app of theirs")
    func writers() throws {
        var world = World.invented(WorldSeed(3), apps: 3)
        let traffic = try #require(try options("--traffic", "--users", "50", "--apps", "2", "--mix", "text,bot"))
        let writers = try traffic.writers(in: &world)
        #expect(writers.count == 50 && Set(writers.map(\.user)).count == 50)
        #expect(Set(writers.compactMap(\.app?.agentID)) == [AgentID(1_000_002), AgentID(1_000_003)])
        #expect(writers.allSatisfy { writer in world.corps[0].member(writer.user) != nil && writer.bot != nil })
        var nobody = World(seed: WorldSeed(1))
        #expect(throws: UsageError.self) { _ = try traffic.writers(in: &nobody) }
    }

    @Test("the figures are a table, an object with buckets, and rows of as many columns as their head")
    func report() throws {
        var figures = TrafficFigures()
        (figures.said, figures.acknowledged, figures.answered, figures.refused) = (3, 2, 1, 1)
        figures.trouble = "answered with 503"
        figures.toAcknowledgement.add(.milliseconds(5))
        figures.toAcknowledgement.add(.milliseconds(7))
        figures.acknowledgedWithin = .seconds(2)
        let report = TrafficReport(figures: figures)
        #expect(report.text.contains("acknowledged  2      1.0  5.00 ms  7.00 ms"), "\(report.text)")
        #expect(report.text.contains("the first that was refused: answered with 503"))
        let acknowledged = report.json["acknowledged"]
        #expect(
            acknowledged?["microseconds"]?["max"] == 7000 && acknowledged?["microseconds"]?["mean"]?.integer == 6000)
        #expect(
            acknowledged?["buckets"]?.array?.count == 2 && report.json["answered"]?["microseconds"]?["p50"] == .null)
        let columns = TrafficReport.columns.split(separator: ",").count
        #expect(report.row(1).split(separator: ",", omittingEmptySubsequences: false).count == columns)
    }
}
