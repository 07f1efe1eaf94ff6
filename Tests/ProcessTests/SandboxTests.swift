import Foundation
import ProgramTesting
import System
import Testing

@Suite(.enabled(if: Landlock.version > 0, "this kernel has no Landlock"), .timeLimit(.minutes(5))) struct SandboxTests {
    /// A router's files in small: a configuration, a store, and the directories of two conversations.
    private struct Place {
        let root: TemporaryDirectory
        let data: String
        let own: String
        let configuration: String

        init() throws {
            root = try TemporaryDirectory(prefix: "sandbox-")
            let path = try realPath(root.path)
            data = path + "/data"
            own = data + "/work/own"
            configuration = path + "/config.yaml"
            for directory in ["data", "data/work", "data/work/own", "data/work/other", "data/tools", "elsewhere"] {
                try makeDirectory("\(path)/\(directory)")
            }
            for file in ["config.yaml", "data/router.db", "data/work/other/a", "data/tools/b", "elsewhere/c"] {
                try Data("\(file)\n".utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
            }
        }

        var path: String { String(data.dropLast("/data".count)) }

        func sandbox(readable: [String] = [], writable: [String] = []) -> Sandbox {
            Sandbox(
                hidden: [configuration, data, data + "/work"], readable: readable, writable: [own] + writable)
        }
    }

    private func output(
        of script: String, _ sandbox: Sandbox?, in directory: String, _ world: World, user: SystemUser? = nil
    ) async throws -> String {
        let program = try await world.spawner.start(
            ProgramStart(
                "sh", ["-c", script], environment: World.environment, in: directory, user: user, sandbox: sandbox))
        let text = try await program.readAll()
        await program.stop(.kill)
        return text
    }

    @Test("a program reads the system, runs a shell and its children, and does as it likes in its own directory")
    func allowed() async throws {
        let place = try Place()
        let script = """
            head -c 1 /etc/passwd >/dev/null && ls /usr/bin >/dev/null && echo reads
            cat "\(place.path)/elsewhere/c"
            mkdir -p a/b && echo x > a/b/f && mv a/b/f a/g && ln -s g a/l && mkfifo a/p && rm -r a && echo works
            echo y > /dev/null && head -c 1 /dev/urandom >/dev/null && head -c 1 /dev/zero >/dev/null && echo devices
            (sh -c 'sh -c "echo child"')
            """
        try await World.with { world in
            let seen = try await output(of: script, place.sandbox(), in: place.own, world)
            #expect(seen == "reads\nelsewhere/c\nworks\ndevices\nchild\n")
        }
    }

    @Test(
        "a program in a sandbox reaches nothing that is hidden, and writes nowhere else",
        arguments: [
            "cat ../../../config.yaml", "cat ../../router.db", "ls ../..", "ls ..", "cat ../other/a",
            "cat ../../tools/b",
            "echo x > ../../../config.yaml", "echo x > ../../router.db", "rm ../../router.db", "echo x > ../other/n",
            "mv ../../router.db .", "ln ../../router.db .", "ln ../../../config.yaml x && cat x",
            "ln -sf ../../router.db link && cat link", "mkdir ../more", "echo x > ../../../new",
            "rm ../../../elsewhere/c",
            "echo x > ../../../elsewhere/c", "echo x > /tmp/sandbox-tests-write", "truncate -s 0 ../../router.db",
        ])
    func refused(_ deed: String) async throws {
        let place = try Place()
        try await World.with { world in
            let script = "if { \(deed); } >/dev/null 2>&1; then echo could; else echo could not; fi"
            let seen = try await output(of: script, place.sandbox(), in: place.own, world)
            #expect(seen == "could not\n")
            #expect(try String(contentsOfFile: place.data + "/router.db", encoding: .utf8) == "data/router.db\n")
            #expect(try String(contentsOfFile: place.configuration, encoding: .utf8) == "config.yaml\n")
            #expect(try String(contentsOfFile: place.path + "/elsewhere/c", encoding: .utf8) == "elsewhere/c\n")
            // The deed itself is one that could be done.
            #expect(try await output(of: script, nil, in: place.own, world) == "could\n")
        }
        unsafe unlink("/tmp/sandbox-tests-write")
    }

    @Test("what is named is open, be it in the middle of what is hidden; what is hidden in it stays hidden")
    func exceptions() async throws {
        let place = try Place()
        let sandbox = place.sandbox(readable: [place.data + "/tools"], writable: [place.path])
        let script = """
            cat ../../tools/b
            echo x 2>/dev/null > ../../tools/b || echo only read
            echo new > ../../../elsewhere/c && cat ../../../elsewhere/c
            cat ../../router.db ../../../config.yaml ../other/a 2>/dev/null || echo hidden
            """
        try await World.with { world in
            let seen = try await output(of: script, sandbox, in: place.own, world)
            #expect(
                seen
                    == "data/tools/b\nonly read\nnew\nhidden\n")
        }
    }

    @Test(
        "a program in a sandbox signals nobody outside, and is signalled all the same",
        .enabled(if: Landlock.version >= Landlock.firstWithScopes, "this kernel's Landlock knows no scopes"))
    func signals() async throws {
        let place = try Place()
        try await World.with { world in
            let bystander = try await world.start("sleep", ["1000"])
            let keeper = try parent(of: bystander.processID)
            let victims = "\(bystander.processID) \(keeper) \(try parent(of: keeper)) \(getpid())"
            let script = """
                for victim in \(victims) $PPID; do kill -0 $victim 2>/dev/null && echo reached $victim; done
                sleep 1000 & kill $! && wait $!; echo own $?
                exec sleep 1000
                """
            let program = try await world.spawner.start(
                ProgramStart(
                    "sh", ["-c", script], environment: World.environment, in: place.own, sandbox: place.sandbox()))
            #expect(try await program.readLines(1) == ["own 143"])
            await program.stop(.gentle)
            #expect(await program.ended() == .killed(by: SIGINT))
            #expect(exists("\(bystander.processID)"))
        }
    }

    @Test("a program in a sandbox looks into the memory and the environment of none outside, though it is of its user")
    func strangers() async throws {
        let place = try Place()
        try await World.with { world in
            let bystander = try await world.start("sleep", ["1000"], environment: ["SECRET": "hunter2"])
            let folder = "/proc/\(bystander.processID)"
            let script = """
                for name in environ maps; do head -c 1 \(folder)/$name >/dev/null 2>&1 && echo $name; done
                ls \(folder)/fd/0 >/dev/null 2>&1 && echo fd
                ls \(folder)/cwd/ >/dev/null 2>&1 && echo cwd
                (exec 3<\(folder)/mem) 2>/dev/null && echo mem
                echo end
                """
            #expect(try await output(of: script, place.sandbox(), in: place.own, world) == "end\n")
            #expect(try await output(of: script, nil, in: place.own, world) == "environ\nmaps\nfd\ncwd\nmem\nend\n")
        }
    }

    @Test("a program in a sandbox holds no capabilities, be it root, and gains none")
    func capabilities() async throws {
        let place = try Place()
        try await World.with { world in
            let script = "grep -E '^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs)' /proc/self/status"
            let lines = try await output(of: script, place.sandbox(), in: place.own, world).split(separator: "\n")
            #expect(lines.count == 5)
            for line in lines { #expect(line.hasSuffix(line.hasPrefix("NoNew") ? "\t1" : "\t0000000000000000")) }
        }
    }

    @Test("another user's program is shut in, too", .enabled(if: getuid() == 0, "only root may name another user"))
    func otherUser() async throws {
        let place = try Place()
        let nobody = try #require(try SystemUser.named("nobody"))
        for path in [place.path, place.data, place.data + "/work"] { unsafe chmod(path, 0o711) }
        unsafe chmod(place.configuration, 0o644)
        unsafe chown(place.own, nobody.id, nobody.group)
        try await World.with { world in
            let script = "id -u; echo x > f && cat f; cat ../../../config.yaml 2>/dev/null || echo hidden"
            let shutIn = try await output(of: script, place.sandbox(), in: place.own, world, user: nobody)
            #expect(
                shutIn
                    == "\(nobody.id)\nx\nhidden\n")
            #expect(
                try await output(of: script, nil, in: place.own, world, user: nobody)
                    == "\(nobody.id)\nx\nconfig.yaml\n")
        }
    }

    @Test("nothing is open in a sandbox but the three streams")
    func descriptors() async throws {
        let place = try Place()
        try await World.with { world in
            let seen = try await output(of: "ls /proc/self/fd", place.sandbox(), in: place.own, world)
            #expect(seen == "0\n1\n2\n3\n")
        }
    }

    @Test("a program that the sandbox hides is not run, and it is said what may be the reason")
    func hiddenProgram() async throws {
        let place = try Place()
        let program = place.data + "/tools/program"
        try await World.with { world in
            _ = try await output(of: "cp /bin/true \(program)", nil, in: "/", world)
            do throws(SpawnError) {
                _ = try await world.spawner.start(
                    ProgramStart(program, environment: [:], in: place.own, sandbox: place.sandbox()))
                Issue.record("it was started")
            } catch {
                #expect(error.description.contains("cannot be run: Permission denied: it may lie where the sandbox"))
            }
            let opened = place.sandbox(readable: [place.data + "/tools"])
            let running = try await world.spawner.start(
                ProgramStart(program, environment: [:], in: place.own, sandbox: opened))
            #expect(await running.ended() == .exited(0))
        }
    }

    @Test("more rules than are allowed keep a program from running, and it is said what to do")
    func tooManyRules() async throws {
        let place = try Place()
        // Every entry beside something hidden takes a rule.
        for number in 0..<16_500 { try #require(unsafe mkdir("\(place.path)/\(number)", 0o700) == 0) }
        try await World.with { world in
            do throws(SpawnError) {
                _ = try await world.spawner.start(
                    ProgramStart("true", environment: World.environment, in: place.own, sandbox: place.sandbox()))
                Issue.record("it was started")
            } catch {
                #expect(error.description.hasPrefix("the sandbox needs more than 16384 rules: move what is ours"))
            }
        }
    }
}
