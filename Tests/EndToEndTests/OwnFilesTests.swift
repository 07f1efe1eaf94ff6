import Foundation
import JSON
import ProgramTesting
import Router
import Simulator
import System
import Testing
import WeCom

@Suite("What agents' programs reach of the router", .timeLimit(.minutes(2)))
struct OwnFilesTests {
    private static let home = "environment: { HOME: \"$${PWD}\" }"

    @Test(
        "without a word in the configuration a program reads nothing of ours, and works in its own directory",
        .enabled(if: Landlock.version > 0, "this kernel has no Landlock"))
    func sandboxed() async throws {
        let script = """
            cat >/dev/null
            for file in config.yaml data/router.db data/router.db-wal data/control.key data/router.db.lock; do
                head -c 1 "$HOME/$file" >/dev/null 2>&1 && echo "reads $file"
            done
            ls "$HOME/data" "$HOME/data/work" "$WORK_DIR/.." >/dev/null 2>&1 && echo lists
            (echo x > "$HOME/new") 2>/dev/null && echo writes
            echo x > "$TMPDIR/x" && mkdir made && ls /usr/bin/env && sh -c 'echo "$TMPDIR"'
            echo report > "$OUTBOX_DIR/report.txt"
            """
        try await ServedWorld.with(agents: shell(script, more: OwnFilesTests.home)) { world in
            try world.homeIsDirectory()
            try await world.start()
            await world.say("look around")
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            let lines = sent[0].text.split(separator: "\n")
            #expect(lines.count == 2 && lines[0] == "/usr/bin/env", "\(sent[0].text) \(world.logged)")
            #expect(lines.last?.hasSuffix("/.tmp") == true && lines.last?.contains("/data/work/") == true)
            #expect(sent[1].media?.name == "report.txt")
        }
    }

    @Test("a program outside of a sandbox cannot control us, also when it has read the key, and with other parents")
    func control() async throws {
        let router = product("wecom-router")
        let script = """
            cat >/dev/null
            cd "$HOME"
            cat data/control.key >/dev/null && echo read the key
            \(router) jobs 2>&1
            mkfifo said
            (setsid sh -c '(setsid sh -c "\(router) jobs >said 2>&1" &)' &)
            cat said
            """
        try await ServedWorld.with(agents: shell(script, more: OwnFilesTests.home + "\n  sandbox: false")) { world in
            try world.homeIsDirectory()
            try await world.start()
            await world.say("control")
            let lines = try #require(await world.texts(1).first).split(separator: "\n")
            #expect(lines.first == "read the key")
            let refused = lines.filter { $0.contains("was started by this server, as agents' programs are") }
            #expect(refused.count == 2 && lines.count == 3, "\(lines) \(world.logged)")
            await world.untilLogged("somebody who may not was refused at the control socket")
            // A shell that is no program's is let in.
            let jobs = try await Program("jobs", "--json", in: world.directory).finish()
            #expect(jobs.status == 0 && jobs.output.contains(#""state""#), "\(jobs.errors)")
        }
    }

    @Test("a program that kills its keeper and the spawner at once dies with them, and the server goes on")
    func killers() async throws {
        let script = """
            if [ "$(cat)" != kill ]; then echo well; exit; fi
            exec 9> "$HOME/lifeline"
            trap '' TERM HUP INT
            (setsid sh -c 'trap "" TERM HUP INT; echo $$ >&9; sleep 1000' &)
            echo $$ >&9
            while [ ! -e "$HOME/go" ]; do :; done
            kill -KILL $PPID $(cut -d ' ' -f 4 /proc/$PPID/stat)
            sleep 1000
            """
        try await ServedWorld.with(agents: shell(script, more: OwnFilesTests.home + "\n  sandbox: false")) { world in
            try world.homeIsDirectory()
            let lifeline = try Lifeline("\(world.directory)/lifeline")
            try await world.start()
            await world.say("kill")
            let processes = try await lifeline.lines(2)
            #expect(processes.allSatisfy(isAlive))
            // The turn is tried again and would kill again, but for what the file now says.
            try Data().write(to: URL(fileURLWithPath: "\(world.directory)/go"))
            await lifeline.end()
            #expect(!processes.contains(where: isAlive))
            await world.say("/stop")
            await world.say("and now?")
            var texts: [String] = []
            while texts.last != "well" { texts = await world.texts(texts.count + 1) }
        }
    }

    @Test(
        "a command with another key is refused and told what to do; each start has a key of its own, for its user alone"
    )
    func keys() async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let path = "\(directory)/data/control.key"
            var keys: Set<String> = []
            for _ in 0..<2 {
                let server = try Program("serve", in: directory)
                _ = await server.untilLogged(#""message":"ready""#)
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
                let key = try String(contentsOfFile: path, encoding: .utf8)
                keys.insert(key)
                #expect(try await Program("jobs", in: directory).finish().status == 0)
                for wrong in [key.dropLast(2) + "\n", "", "x" + key] {
                    try wrong.write(toFile: path, atomically: true, encoding: .utf8)
                    let refused = try await Program("jobs", in: directory).finish()
                    #expect(refused.status == 1, "\(wrong)")
                    #expect(refused.errors.contains("the key is missing or wrong: send Authorization: Bearer"))
                    #expect(refused.errors.contains("data/control.key"))
                }
                server.send(SIGTERM)
                #expect(await server.finish().status == 0)
            }
            #expect(keys.count == 2)
        }
    }

    @Test(
        "secrets leave the environment of the process once they are read, and what else a process needs stays",
        .enabled(if: getuid() == 0, "nobody but root may look into the environment of a server"))
    func environment() async throws {
        try await withDirectory { directory in
            try smallConfiguration.replacing("not-a-real-secret", with: "${DEPT_A_SECRET}")
                .replacing(
                    "helper: { kind: echo }",
                    with: "helper: { kind: command, command: sh, pass_environment: [API_KEY] }"
                )
                .write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let server = try Program(
                "serve",
                environment: [
                    "DEPT_A_SECRET": "secret-of-the-app", "API_KEY": "secret-of-the-agent",
                    "WECOM_ROUTER_ADMIN_TOKEN": "secret-of-the-operator", "LANG": "C.UTF-8", "UNRELATED": "stays",
                ], in: directory)
            _ = await server.untilLogged(#""message":"ready""#)
            let left = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(server.process.id)/environ"))
            let text = String(decoding: left, as: UTF8.self)
            #expect(text.contains("LANG=C.UTF-8") && text.contains("UNRELATED=stays") && text.contains("PATH="))
            for word in ["secret", "DEPT_A", "API_KEY", "ADMIN_TOKEN"] { #expect(!text.contains(word)) }
            server.send(SIGTERM)
            #expect(await server.finish().status == 0)
        }
    }

    @Test("a variable that is passed on reaches the agent's program though it has left our environment")
    func passedOn() async throws {
        try await ServedWorld.with(
            agents: shell(
                "cat >/dev/null; echo \"$API_KEY $KEY\"",
                more: "pass_environment: [API_KEY]\n  environment: { KEY: \"${KEY}\" }")
        ) { world in
            try await world.start(with: ["API_KEY": "one", "KEY": "two"])
            await world.say("hello")
            #expect(await world.texts(1) == ["one two"])
        }
    }

    @Test("a process wipes the variables that it is told to forget, and no others")
    func forgetting() async throws {
        try await withDirectory { directory in
            let mock = try Program(
                "forget", "SECRET", of: "MockAgent", environment: ["SECRET": "hunter2", "SECRETS": "stays"],
                in: directory)
            let ending = await mock.finish()
            #expect(ending.status == 0 && ending.output.contains("SECRETS=stays"), "\(ending)")
            #expect(!ending.output.contains("hunter2") && !ending.output.contains("SECRET="))
        }
    }

    @Test("check says for each agent what its program can reach")
    func reach() async throws {
        let text = smallConfiguration.replacing(
            "helper: { kind: echo }",
            with: """
                helper: { kind: echo }
                  free: { kind: command, command: sh, sandbox: false }
                  shut: { kind: acp, command: sh, writable: [/var/tmp], readable: [/srv] }
                  desk: { kind: openai, base_url: "http://model.example:1/v1", model: m }
                """
        ).replacing("allow_all_users: true", with: "allow_all_users: true\n    agent: helper")
        try await withDirectory { directory in
            try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let ending = try await Program("check", in: directory).finish()
            #expect(ending.status == 0, "\(ending.errors)")
            let told = ending.output.split(separator: "\n").filter { $0.hasPrefix("agent ") }
            let times = told.filter { $0.contains("a turn may take") }
            #expect(times.count == 4)
            #expect(
                times[0]
                    == "agent desk: a turn may take 45 min (timeout); it ends sooner after 35 min without a sign of life "
                    + "after a first one, as a stream or a call gives (idle_timeout)")
            #expect(
                times[2]
                    == "agent helper: a turn may take 45 min (timeout); its agent may be silent all the while "
                    + "(no idle_timeout)")
            let lines = told.filter { !times.contains($0) }
            let ours = "its program runs as our own user (\(SystemUser.name(of: geteuid())))"
            #expect(lines.count == 4)
            #expect(lines[0] == "agent desk: runs nothing here; is asked at model.example")
            #expect(
                lines[1]
                    == "agent free: \(ours), not in a sandbox: it reads and writes whatever we do, config.yaml, data too, "
                    + "and can end this server; any network")
            #expect(lines[2] == "agent helper: runs nothing and reaches nothing")
            if Landlock.version >= Landlock.firstWithScopes {
                #expect(
                    lines[3]
                        == "agent shut: \(ours), in a sandbox: it writes in its conversation's directory, /var/tmp; it "
                        + "reads the system, but not config.yaml, data, save /srv; any network")
            }
            let json = try await Program("check", "--json", in: directory).finish()
            let reach = try JSONValue(parsing: Array(json.output.utf8))["reach"]?.array ?? []
            let limits = try JSONValue(parsing: Array(json.output.utf8))["times"]?.array ?? []
            #expect(limits.map { $0["timeout_seconds"]?.integer } == [2700, 2700, 2700, 2700])
            #expect(limits[0]["idle_from"] == "first_sign" && limits[2]["idle_timeout_seconds"] == .null)
            #expect(reach.map { $0["agent"]?.string } == ["desk", "free", "helper", "shut"])
            #expect(reach.map { $0["runs"] } == [false, true, false, true])
            #expect(reach[1]["sandbox"] == false && reach[1]["writes"] == .null && reach[1]["signals_us"] == true)
            #expect(
                reach[3]["sandbox"] == .bool(Landlock.version > 0) && reach[3]["hidden"] == ["config.yaml", "data"])
        }
    }
}
