import System

/// The program behind `scripts/bench`: each command measures one thing or plays one part, and prints plain lines.
@main
enum Main {
    static func main() async {
        if SpawnerProcess.isAskedFor(by: CommandLine.arguments) { SpawnerProcess.run() }
        Signals.ignoreBrokenPipes()
        do {
            try await run(Array(CommandLine.arguments.dropFirst()))
            Process.exitNow(0)
        } catch let error as Usage {
            StandardError.write("\(error)\n")
            Process.exitNow(2)
        } catch {
            StandardError.write("Benchmarks: \(error)\n")
            Process.exitNow(1)
        }
    }

    private static func run(_ arguments: [String]) async throws {
        var arguments = try Arguments(arguments)
        switch arguments.next() {
        case "opening": try Opening.run(&arguments)
        case "serve": try await Serve.run(&arguments)
        case "callbacks": try Traffic.run(&arguments)
        case "store": try await WaitingJobs.run(&arguments)
        case "costs": try await StoreCosts.run(&arguments)
        case "stores": try await TwoStores.run(&arguments)
        case "bloat": try await Bloat.run(&arguments)
        case "tallies": try await Tallies.run(&arguments)
        case "turns": try await AgentTurns.run(&arguments)
        case "sockets": try await BotConnections.run(arguments.count())
        case "polls": try await BotPolls.run(arguments.count())
        case "refreshes": try await BotRefreshes.run(arguments.count())
        case "websocket": try WebSocketFrames.run()
        case "path": try await WholePath.run(&arguments)
        case "configuration": try Estate.printConfiguration(&arguments)
        case "keys": try Estate.printKeys(&arguments)
        default: throw Usage()
        }
    }
}
