import PromiseTesting

/// Three real servers over one database under load, which are killed, frozen and cut off, and the database with them; then what
/// became of every message is told. `scripts/cluster-test` builds and runs it.
@main
enum Main {
    static func main() async {
        await runTrial(named: "ClusterTest") { try await Trial(Options($0)).run() }
    }
}
