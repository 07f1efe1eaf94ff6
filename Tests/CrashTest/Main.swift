import PromiseTesting
import System

/// The real server under load, killed again and again; then what became of every message is told. `scripts/crash-test`
/// builds and runs it.
@main
enum Main {
    static func main() async {
        Signals.ignoreBrokenPipes()
        Process.restrictNewFiles()
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            try await Trial(options).run()
            Process.exitNow(0)
        } catch let error as Usage {
            StandardError.write("\(error)\n")
            Process.exitNow(2)
        } catch {
            StandardError.write("CrashTest: \(error)\n")
            Process.exitNow(1)
        }
    }
}
