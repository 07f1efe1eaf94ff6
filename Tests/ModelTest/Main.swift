import SeededTesting
import StoreTesting
import System
import TestSupport

/// Random events run on the rules of conversations, without a disk. `scripts/model-test` builds and runs it.
@main
enum Main {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            try run(options)
        } catch let error as Usage {
            StandardError.write("\(error)\n")
            Process.exitNow(2)
        } catch {
            StandardError.write("ModelTest: \(error)\n")
            Process.exitNow(1)
        }
    }

    private static func run(_ options: Options) throws {
        StandardOutput.write("seed \(options.seed), \(options.steps) steps\n")
        let began = MonotonicTime.now
        var walk = RandomWalk(SeededNumbers(seed: options.seed))
        try walk.go(steps: options.steps)
        StandardOutput.write("each came to what it has to, in \(MonotonicTime.now.since(began).components.seconds) s\n")
        guard options.steps >= Options.stepsForAll, !walk.missing.isEmpty else { return }
        throw Unexpected("among them there was no \(walk.missing.joined(separator: ", no "))")
    }
}
