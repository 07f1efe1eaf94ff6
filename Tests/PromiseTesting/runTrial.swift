import System

/// The program of a trial from its arguments to its exit status: 0 where every promise was kept, 1 where one was not or the trial cannot go
/// on, 2 where it is called in a way that it does not know.
package func runTrial(named name: String, _ trial: (_ arguments: [String]) async throws -> Bool) async -> Never {
    Signals.ignoreBrokenPipes()
    Process.restrictNewFiles()
    do {
        Process.exitNow(try await trial(Array(CommandLine.arguments.dropFirst())) ? 0 : 1)
    } catch let error as Usage {
        StandardError.write("\(error)\n")
        Process.exitNow(2)
    } catch {
        StandardError.write("\(name): \(error)\n")
        Process.exitNow(1)
    }
}
