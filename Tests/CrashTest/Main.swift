import PromiseTesting

/// The real server under load, killed again and again; then what became of every message is told. `scripts/crash-test`
/// builds and runs it.
@main
enum Main {
    static func main() async {
        await runTrial(named: "CrashTest") { try await Trial(Options($0)).run() }
    }
}
