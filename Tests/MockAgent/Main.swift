import System

/// Programs that agents' protocols are tested against, each misbehaving as its arguments say; and, for the tests, the
/// process that starts them.
///
/// `MockAgent KIND WORDS…`: each kind is a file here.
@main
enum MockAgent {
    static func main() async {
        if SpawnerProcess.isAskedFor(by: CommandLine.arguments) { SpawnerProcess.run() }
        let words = Array(CommandLine.arguments.dropFirst())
        guard let kind = words.first else { Process.exitNow(64) }
        let rest = Array(words.dropFirst())
        switch kind {
        case "claude": MockClaude.run(rest)
        case "codex": MockCodex.run(rest)
        case "job": MockJob.run(rest)
        case "forget": forget(rest)
        case "--version": StandardOutput.write("MockAgent 1.0\n")
        case "acp": await ACPMock.run(rest)
        default:
            StandardError.write("MockAgent: there is no \(kind) \(rest)\n")
            Process.exitNow(64)
        }
    }
}
