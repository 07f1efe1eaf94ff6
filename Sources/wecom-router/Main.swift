import RouterServer
import System

@main
enum Main {
    static func main() async {
        let status = await CommandLineTool.run(
            Array(CommandLine.arguments.dropFirst()), environment: Process.environment)
        Process.exitNow(status.rawValue)
    }
}
