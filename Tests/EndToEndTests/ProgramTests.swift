import Foundation
import ProgramTesting
import Testing

@Suite("The program as a user runs it", .timeLimit(.minutes(5))) struct ProgramTests {
    private func write(_ text: String, in directory: String, as name: String = "config.yaml") throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    }

    @Test("the demo answers each line of its input and ends with it")
    func demo() async throws {
        try await withDirectory { directory in
            let program = try Program("demo", in: directory)
            program.input.write(Data("你好\nsecond line\n".utf8))
            let ending = await program.finish()
            #expect(ending.status == 0)
            #expect(ending.output.contains("\n你好\n"))
            #expect(ending.output.contains("\nsecond line\n"))
            #expect(ending.errors.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty, "nothing is left behind")
        }
    }

    @Test("without a configuration serve says what to write, that the demo needs nothing, and exits with 78")
    func nothingConfigured() async throws {
        try await withDirectory { directory in
            let ending = try await Program("serve", in: directory).finish()
            #expect(ending.status == 78)
            #expect(ending.errors.contains("wecom-router demo"))
            #expect(ending.errors.contains("encoding_aes_key"))
        }
    }

    @Test("check tells every fault with its line and exits with 78")
    func faults() async throws {
        try await withDirectory { directory in
            try write(
                smallConfiguration.replacing("helper: { kind", with: "helper: { kynd").replacing(
                    "q2B2C", with: "q2B2"), in: directory)
            let ending = try await Program("check", in: directory).finish()
            #expect(ending.status == 78)
            #expect(ending.errors.contains("config.yaml:4:"))
            #expect(ending.errors.contains("config.yaml:11:"))
            #expect(!ending.errors.contains("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2"))
        }
    }

    @Test("what the program has to say bears its name on every line, and a report of faults on none")
    func prefixes() async throws {
        try await withDirectory { directory in
            let usage = try await Program("serv", in: directory).finish()
            let lines = usage.errors.split(separator: "\n")
            #expect(usage.status == 2 && lines.count == 2 && lines.allSatisfy { $0.hasPrefix("wecom-router: ") })
            try write(smallConfiguration.replacing("helper: { kind", with: "helper: { kynd"), in: directory)
            let faults = try await Program("check", in: directory).finish()
            #expect(faults.status == 78 && faults.errors.hasPrefix("config.yaml:"))
            #expect(!faults.errors.contains("wecom-router: "), "\(faults.errors)")
        }
    }

    @Test("SIGTERM drains and the exit status is 0")
    func terminate() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let program = try Program("serve", in: directory)
            let log = await program.untilLogged("ready")
            #expect(log.contains(#""message":"ready""#))
            program.send(SIGTERM)
            let ending = await program.finish()
            #expect(ending.status == 0)
            #expect(ending.errors.contains(#""message":"stopped""#))
            #expect(!(log + ending.errors).contains("not-a-real-secret"))
        }
    }

    @Test("Ctrl-D at a terminal ends the simulator", .timeLimit(.minutes(1)))
    func endOfInput() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program("simulate", "--port", "0", at: terminal, in: directory)
            terminal.typeEnd()
            let ending = await program.finish()
            #expect(ending.status == 0)
            #expect(ending.output.contains("WeCom is played at http://127.0.0.1:"))
        }
    }

    @Test("files it makes are for its own user alone")
    func modes() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let program = try Program("serve", in: directory)
            _ = await program.untilLogged("ready")
            for (path, mode) in [("data", 0o700), ("data/router.db", 0o600), ("data/router.db-wal", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")
                #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
            }
            program.send(SIGINT)
            #expect(await program.finish().status == 0)
        }
    }

    @Test("a port in use is one clear line and exit status 1")
    func portInUse() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let first = try Program("serve", in: directory)
            let log = await first.untilLogged("ready")
            let line = try #require(log.split(separator: "\n").first { $0.contains("public listens on") })
            let port = try #require(line.split(separator: ":").last?.prefix { $0.isNumber })
            try write(
                smallConfiguration.replacing("port: 0 }\nmanagement", with: "port: \(port) }\nmanagement")
                    + "\nstore: { url: \"sqlite:other/router.db\" }\n", in: directory, as: "second.yaml")
            let ending = try await Program("serve", "--config", "second.yaml", in: directory).finish()
            #expect(ending.status == 1)
            let complaint = errors(in: ending.errors)
            #expect(complaint.count == 1, "\(ending.errors)")
            #expect(complaint.first?.contains("127.0.0.1:\(port): another process listens there") == true)
            first.send(SIGTERM)
            #expect(await first.finish().status == 0)
        }
    }

    @Test(
        "a data directory that cannot be made, a damaged file, a file that another process serves: one line each, exit 1"
    )
    func unusableStore() async throws {
        try await withDirectory { directory in
            try write(
                smallConfiguration + "\nstore: { url: \"sqlite:/proc/none/router.db\" }\n", in: directory, as: "a.yaml")
            try write(smallConfiguration + "\nstore: { url: \"sqlite:junk.db\" }\n", in: directory, as: "b.yaml")
            try write(String(repeating: "this is no database. ", count: 400), in: directory, as: "junk.db")
            for file in ["a.yaml", "b.yaml"] {
                let ending = try await Program("serve", "--config", file, in: directory).finish()
                #expect(ending.status == 1, "\(file)")
                #expect(errors(in: ending.errors).count == 1, "\(file)")
            }
            try write(smallConfiguration, in: directory)
            let first = try Program("serve", in: directory)
            _ = await first.untilLogged("ready")
            let second = try await Program("serve", in: directory).finish()
            #expect(second.status == 1)
            #expect(second.errors.contains("in use by process \(first.process.id)"))
            first.send(SIGTERM)
            #expect(await first.finish().status == 0)
        }
    }

    @Test(
        "a file of a newer version, of another program, or of which the end is missing: one line, exit 1, and left as it was",
        arguments: [
            ("newer", "has schema version 99 and this program knows"), ("foreign", "is a database of another program"),
            ("cut", "is no intact database"), ("stub", "is no intact database"),
        ])
    func foreignStore(kind: String, complaint: String) async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let program = try Program("serve", in: directory)
            _ = await program.untilLogged("ready")
            program.send(SIGTERM)
            #expect(await program.finish().status == 0)

            // SQLite's header: a number of the program's own stands at 60, the program's mark at 68.
            let file = URL(fileURLWithPath: "\(directory)/data/router.db")
            var bytes = try Data(contentsOf: file)
            switch kind {
            case "newer": bytes[60..<64] = Data([0, 0, 0, 99])
            case "foreign": bytes[68..<72] = Data("none".utf8)
            case "cut": bytes = bytes.prefix(bytes.count / 2)
            default: bytes = bytes.prefix(100)
            }
            try bytes.write(to: file)
            let ending = try await Program("serve", in: directory).finish()
            #expect(ending.status == 1)
            let lines = errors(in: ending.errors)
            #expect(
                lines.count == 1 && lines.first?.contains("data/router.db \(complaint)") == true, "\(ending.errors)")
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test("what keeps a server from starting has the form of its log, faults of its configuration as well")
    func fatalForm() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration.replacing("helper: { kind", with: "helper: { kynd"), in: directory)
            let json = try await Program("serve", in: directory).finish()
            #expect(json.status == 78 && json.errors.hasPrefix(#"{"at":""#))
            #expect(
                json.errors.contains(
                    #""level":"error","message":"a fault in the configuration","reason":"config.yaml:4:"#))
            let text = try await Program("serve", environment: ["WECOM_ROUTER_LOG_FORMAT": "text"], in: directory)
                .finish()
            #expect(
                text.errors.contains(" ERROR a fault in the configuration  reason=config.yaml:4:"), "\(text.errors)")
            try write(
                smallConfiguration + "\nlog: { format: text }\nstore: { url: 'sqlite:config.yaml/x' }", in: directory)
            let fatal = try await Program("serve", in: directory).finish()
            #expect(
                fatal.status == 1 && fatal.errors.contains(" ERROR the server has failed  error="), "\(fatal.errors)")
            #expect(!fatal.errors.contains("wecom-router: "))
        }
    }

    @Test("the start tells the store, each app with its address for the console, each agent and each listener, once")
    func startReport() async throws {
        try await withDirectory { directory in
            try write(
                smallConfiguration.replacing(
                    "port: 0 }\nmanagement", with: "port: 0, public_url: 'https://bot.example.com/' }\nmanagement"),
                in: directory)
            func start() async throws -> String {
                let program = try Program("serve", in: directory)
                let log = await program.untilLogged("ready")
                program.send(SIGTERM)
                #expect(await program.finish().status == 0)
                return log
            }
            let first = try await start()
            let store = URL(fileURLWithPath: "\(directory)/data/router.db").resolvingSymlinksInPath().path
            for line in [
                "store \(store), made now: there was none",
                "app dept-a: ww0000000000000001/1000002, answered by helper; URL for WeCom's console: "
                    + "https://bot.example.com/wecom/callback/dept-a",
                "agent helper: echo", "public listens on 127.0.0.1:", "management listens on 127.0.0.1:",
            ] {
                let told = first.replacing("\\/", with: "/").split(separator: "\n").filter { $0.contains(line) }
                #expect(told.count == 1, "\(line): \(first)")
            }
            let second = try await start()
            #expect(!second.contains("made now") && second.contains("data/router.db"))
        }
    }

    @Test("a configuration that cannot be read is one line and exit status 78")
    func unreadable() async throws {
        try await withDirectory { directory in
            let ending = try await Program("serve", "--config", "missing.yaml", in: directory).finish()
            #expect(ending.status == 78)
            #expect(ending.errors.contains("missing.yaml"))
            #expect(ending.errors.split(separator: "\n").count == 1)
        }
    }

    @Test(
        "wrong usage is exit status 2 with the nearest right word",
        arguments: [
            (["srve"], "serve"), (["serve", "--confg", "x"], "--config"), (["demo", "--verbos"], "--verbose"),
        ])
    func usage(arguments: [String], suggestion: String) async throws {
        try await withDirectory { directory in
            let program =
                arguments.count == 1
                ? try Program(arguments[0], in: directory)
                : try Program(arguments[0], arguments[1], in: directory)
            let ending = await program.finish()
            #expect(ending.status == 2)
            #expect(ending.errors.contains("Did you mean \(suggestion)?"))
        }
    }

    @Test(
        "every command has help",
        arguments: ["serve", "demo", "simulate", "check", "jobs", "deliveries", "health", "version"])
    func help(command: String) async throws {
        try await withDirectory { directory in
            let ending = try await Program(command, "--help", in: directory).finish()
            #expect(ending.status == 0)
            #expect(ending.output.hasPrefix("Usage: wecom-router \(command)"))
            #expect(ending.errors.isEmpty)
        }
    }

    @Test("health is 0 for a server that answers and 1 for none")
    func health() async throws {
        try await withDirectory { directory in
            try write(smallConfiguration, in: directory)
            let program = try Program("serve", in: directory)
            let log = await program.untilLogged("ready")
            let line = try #require(log.split(separator: "\n").first { $0.contains("public listens on") })
            let port = try #require(line.split(separator: ":").last?.prefix { $0.isNumber })
            let url = "http://127.0.0.1:\(port)/health"
            #expect(try await Program("health", "--url", url, in: directory).finish().status == 0)
            program.send(SIGTERM)
            #expect(await program.finish().status == 0)
            let after = try await Program("health", "--url", url, in: directory).finish()
            #expect(after.status == 1)
            #expect(after.errors.contains("not healthy"))
        }
    }

    /// The lines of a log that tell of an error.
    private func errors(in log: String) -> [Substring] {
        log.split(separator: "\n").filter { $0.contains(#""level":"error""#) }
    }
}
