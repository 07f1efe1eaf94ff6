import System

/// A router in small, for a test to kill: starts the shell commands that it is given, passes on what they say until
/// each has said three lines, says `ready`, and runs until they are gone.
@main
enum SpawnerTrial {
    static func main() async throws {
        if SpawnerProcess.isAskedFor(by: CommandLine.arguments) { SpawnerProcess.run() }
        let spawner = Spawner(on: try EventLoop(named: "trial"))
        var running: [RunningProgram] = []
        for command in CommandLine.arguments.dropFirst() {
            let start = ProgramStart("sh", ["-c", command], environment: ["PATH": "/usr/bin:/bin"], in: "/")
            let program = try await spawner.start(start)
            running.append(program)
            var lines = 0
            while lines < 3, let bytes = try await program.read() {
                StandardOutput.write(String(decoding: bytes, as: UTF8.self))
                lines += bytes.count { $0 == 0x0A }
            }
        }
        StandardOutput.write("ready\n")
        for program in running { await program.gone() }
    }
}
