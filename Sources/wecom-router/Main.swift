import RouterServer
import System

@main
enum Main {
    static func main() async {
        // The process that starts agents is this binary too. It forks, so it must come before there are threads.
        if SpawnerProcess.isAskedFor(by: CommandLine.arguments) { SpawnerProcess.run() }
        // Its first use sets the clock that leases go by: as early as can be.
        _ = Timestamp.steady
        let status = await CommandLineTool.run(
            Array(CommandLine.arguments.dropFirst()), environment: Process.environment)
        Process.exitNow(status.rawValue)
    }
}
