import Foundation
import System
import Testing

@Suite(.timeLimit(.minutes(5))) struct StartTests {
    @Test("a program reads what is written to it, writes what is read, and tells how it ended")
    func streams() async throws {
        try await World.with { world in
            let cat = try await world.start("cat")
            try await cat.write(Array("hello ".utf8))
            try await cat.write(Array("world".utf8))
            await cat.closeInput()
            #expect(try await cat.readAll() == "hello world")
            #expect(await cat.ended() == .exited(0))
            await cat.gone()
            #expect(!exists("\(cat.processID)"))
        }
    }

    @Test("the exit status or the signal that ended a program is told")
    func endings() async throws {
        try await World.with { world in
            let exiting = try await world.shell("exit 7")
            #expect(await exiting.ended() == .exited(7))
            let dying = try await world.shell("kill -USR1 $$")
            #expect(await dying.ended() == .killed(by: SIGUSR1))
        }
    }

    @Test("the environment is exactly what was given")
    func environment() async throws {
        try await World.with { world in
            let variables = ["A": "1", "B": "two words", "C": "", "Ü": "=x="]
            let env = try await world.start("/usr/bin/env", environment: variables)
            let lines = try await env.readAll().split(separator: "\n").sorted()
            #expect(lines == ["A=1", "B=two words", "C=", "Ü==x="])
        }
    }

    @Test("the working directory is the one given, and relative paths begin there")
    func directory() async throws {
        let directory = try TemporaryDirectory(prefix: "programs-")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/where", withDestinationPath: "/bin/pwd")
        try await World.with { world in
            let program = try await world.start("./where", in: directory.path)
            #expect(try await program.readAll() == directory.path + "\n")
        }
    }

    @Test("nothing is open but the three streams")
    func descriptors() async throws {
        try await World.with { world in
            _ = try await world.shell("sleep 1000")
            // The fourth is the list's own.
            let list = try await world.start("ls", ["/proc/self/fd"])
            #expect(try await list.readAll().split(separator: "\n") == ["0", "1", "2", "3"])
        }
    }

    @Test("no signal is blocked, ignored or caught, and the program leads a group and a session of its own")
    func signals() async throws {
        try await World.with { world in
            let status = try await world.start("cat", ["/proc/self/status"])
            let lines = try await status.readAll().split(separator: "\n")
            for field in ["SigPnd", "SigBlk", "SigIgn", "SigCgt"] {
                #expect(lines.contains("\(field):\t0000000000000000"))
            }
            #expect(lines.contains("Umask:\t0077"))
            let program = try await world.start("cat", ["/proc/self/stat"])
            let fields = try await program.readAll().split(separator: " ")
            #expect(fields[4..<6] == ["\(program.processID)", "\(program.processID)"])
        }
    }

    @Test("what keeps a program from running is named")
    func failures() async throws {
        let directory = try TemporaryDirectory(prefix: "programs-")
        let script = directory.path + "/script"
        try await World.with { world in
            // Written by another process: a file that one of ours could have open for writing cannot be run.
            _ = try await world.output(of: "echo '#!/no/such/shell' > script; chmod 700 script", in: directory.path)
            func failure(_ start: ProgramStart) async -> String {
                do throws(SpawnError) {
                    _ = try await world.spawner.start(start)
                    return "started"
                } catch {
                    return error.description
                }
            }
            let path = World.environment
            #expect(
                await failure(ProgramStart("no-such-agent", environment: path, in: "/"))
                    == "no-such-agent: there is no such program in /usr/bin:/bin")
            #expect(
                await failure(ProgramStart("/no/agent", environment: path, in: "/"))
                    == "/no/agent: there is no such file")
            #expect(
                await failure(ProgramStart("/etc/passwd", environment: path, in: "/"))
                    == "/etc/passwd cannot be run: Permission denied")
            #expect(
                await failure(ProgramStart(script, environment: path, in: "/"))
                    == "\(script): what its first line names to run it with is not there")
            #expect(
                await failure(ProgramStart("cat", environment: path, in: "/no/where"))
                    == "the working directory /no/where cannot be used: No such file or directory")
            #expect(
                await failure(ProgramStart("cat", ["a\0b"], environment: path, in: "/"))
                    == "an argument contains a NUL")
            #expect(
                await failure(ProgramStart("cat", environment: ["A=B": ""], in: "/"))
                    == "\"A=B\" cannot be the name of a variable")
            let long = ["A": String(repeating: "x", count: 128 << 10)]
            #expect(await failure(ProgramStart("cat", environment: long, in: "/")).contains("131072 that are allowed"))
            #expect(await world.spawner.count == 0)
        }
    }

    @Test("a program that is just being written is not there for now, which passes")
    func beingWritten() async throws {
        let directory = try TemporaryDirectory(prefix: "programs-")
        let path = directory.path + "/agent"
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data("#!/bin/sh\n".utf8), attributes: [.posixPermissions: 0o700]))
        let writer = try #require(FileHandle(forWritingAtPath: path))
        try await World.with { world in
            await #expect(throws: SpawnError.unavailable("\(path): Text file busy")) {
                try await world.spawner.start(ProgramStart(path, environment: World.environment, in: "/"))
            }
        }
        try writer.close()
    }

    @Test("no more programs run than may, and one counts until it is gone")
    func limit() async throws {
        try await World.with(limit: 2) { world in
            let first = try await world.start("cat")
            _ = try await world.start("cat")
            await #expect(throws: SpawnError.tooMany(limit: 2)) { try await world.start("cat") }
            await first.stop(.kill)
            _ = try await world.start("cat")
        }
    }

    @Test("limits hold: memory, processor time, open files, niceness")
    func limits() async throws {
        try await World.with { world in
            var limits = ProgramLimits()
            limits.memory = 64 << 20
            limits.processorSeconds = 1
            limits.openFiles = 100
            limits.niceness = 5
            #expect(try await world.output(of: "ulimit -Sn; ulimit -c; nice", limits: limits) == "100\n0\n5\n")
            let hungry = try await world.shell("exec dd if=/dev/zero of=/dev/null bs=128M count=1", limits: limits)
            #expect(await hungry.ended() == .exited(1))
            #expect(String(decoding: await hungry.diagnostics, as: UTF8.self).contains("memory"))
            let busy = try await world.shell("while :; do :; done", limits: limits)
            #expect(await busy.ended() == .killed(by: SIGXCPU))
        }
    }

    @Test("a program has the niceness of the loop that starts it, unless it is given one")
    func niceness() async throws {
        let here = try await Int(output("nice", rank: .usual))
        #expect(try await Int(output("nice", rank: .background)) == here.map { $0 + 5 })
        #expect(try await output("nice", rank: .background, niceness: 19) == "19")
    }

    private func output(_ command: String, rank: OSThread.Rank, niceness: Int? = nil) async throws -> String {
        var text = ""
        try await World.with(rank: rank) { world in
            var limits = ProgramLimits()
            limits.niceness = niceness
            text = try await world.output(of: command, limits: limits)
        }
        return text.trimmingCharacters(in: .newlines)
    }

    @Test("a program runs as the user it was given", .enabled(if: getuid() == 0, "only root may name another user"))
    func user() async throws {
        let nobody = try #require(try SystemUser.named("nobody"))
        #expect(try SystemUser.named("no-such-user-here") == nil)
        try await World.with { world in
            let start = ProgramStart("id", ["-u"], environment: World.environment, in: "/", user: nobody)
            #expect(try await world.spawner.start(start).readAll() == "\(nobody.id)\n")
            let groups = ProgramStart("id", ["-G"], environment: World.environment, in: "/", user: nobody)
            let seen = try await world.spawner.start(groups).readAll()
            #expect(Set(seen.split(whereSeparator: \.isWhitespace)) == Set(nobody.groups.map { Substring("\($0)") }))
            // Its signals reach it though it is another user's.
            let sleep = ProgramStart("sleep", ["1000"], environment: World.environment, in: "/", user: nobody)
            let sleeping = try await world.spawner.start(sleep)
            await sleeping.stop(.gentle)
            #expect(await sleeping.ended() == .killed(by: SIGINT))
        }
    }

    @Test("a start prints without its environment")
    func secrets() {
        let start = ProgramStart("agent", environment: ["KEY": "hunter2"], in: "/")
        #expect("\(start)" == "agent in /")
        #expect(String(reflecting: start) == "agent in /")
    }
}
