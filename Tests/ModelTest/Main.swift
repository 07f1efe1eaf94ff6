import SeededTesting
import StoreTesting
import System

/// Random events happen to the rules of conversations, without a disk: `ModelTest [STEPS]`. `scripts/model-test` builds and
/// runs it.
@main
enum Main {
    static func main() {
        guard let steps = Int(CommandLine.arguments.dropFirst().first ?? "1000000"), steps > 0 else {
            StandardError.write("Usage: ModelTest [STEPS]\n")
            Process.exitNow(2)
        }
        let numbers = SeededNumbers()
        var walk = RandomWalk(numbers)
        let began = MonotonicTime.now
        do {
            try walk.go(steps: steps)
        } catch {
            StandardError.write("ModelTest: SEED=\(numbers.seed): \(error)\n")
            Process.exitNow(1)
        }
        let seconds = MonotonicTime.now.since(began).components.seconds
        print("\(steps) steps in \(seconds) s, each came to what it has to")
        // The rarest comes some five times as often.
        guard steps >= 100_000, !walk.missing.isEmpty else { return }
        StandardError.write("ModelTest: there was no \(walk.missing.joined(separator: ", no "))\n")
        Process.exitNow(1)
    }
}
