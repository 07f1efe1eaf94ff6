import PromiseTesting
import System

/// Three real servers over one database under load, which are killed, frozen and cut off, and the database with them; then what
/// became of every message is told. `scripts/cluster-test` builds and runs it.
@main
enum Main {
    static func main() async {
        Signals.ignoreBrokenPipes()
        Process.restrictNewFiles()
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            Process.exitNow(try await Trial(options).run() ? 0 : 1)
        } catch let error as Usage {
            StandardError.write("\(error)\n")
            Process.exitNow(2)
        } catch {
            StandardError.write("ClusterTest: \(error)\n")
            Process.exitNow(1)
        }
    }
}
