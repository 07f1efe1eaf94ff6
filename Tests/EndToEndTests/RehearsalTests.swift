import Foundation
import HTTP
import HTTPClient
import ProgramTesting
import Router
import TestSupport
import Testing

@Suite("A rehearsal with what is the user's own", .timeLimit(.minutes(2)))
struct RehearsalTests {
    private func write(_ text: String, to name: String, mode: Int = 0o600, in directory: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(directory)/\(name)")
    }

    @Test("the demo has a program answer each line, and waits for its answers one by one")
    func program() async throws {
        try await withDirectory { directory in
            try writeProgram("#!/bin/sh\nread -r text\necho \"heard $text\"\n", to: "\(directory)/my.sh")
            let program = try Program("demo", "--agent", "./my.sh", in: directory)
            program.input.write(Data("one\ntwo\n".utf8))
            let ending = await program.finish()
            #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
            let answers = try ["one", "two"].map { try #require(ending.output.range(of: "\nheard \($0)\n")) }
            let posts = ending.output.ranges(of: "→ POST")
            #expect(posts.count == 2 && answers[0].lowerBound < posts[1].lowerBound, "\(ending.output)")
        }
    }

    @Test(
        "what the demo makes up speaks English where the environment names another language than Chinese",
        arguments: [
            (["LANG": "en_US.UTF-8"], ChatTexts.Language.english), (["LANG": "zh_CN.UTF-8"], .chinese), ([:], .chinese),
            (["LANG": "C.UTF-8"], .chinese), (["LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"], .english),
            (["LANG": "en_US.UTF-8", "LC_ALL": ""], .english),
        ])
    func language(environment: [String: String], language: ChatTexts.Language) async throws {
        try await withDirectory { directory in
            let program = try Program("demo", environment: environment, in: directory)
            program.input.write(Data("/help\n".utf8))
            let ending = await program.finish()
            for other in ChatTexts.Language.allCases {
                #expect(ending.output.contains(ChatTexts(other).helpStop) == (other == language), "\(ending.output)")
            }
        }
    }

    @Test("the demo has a server of models answer")
    func server() async throws {
        try await Mirror.with { url in
            try await withDirectory { directory in
                let program = try Program(
                    "demo", "--agent", "\(url)/v1", environment: ["WECOM_ROUTER_AGENT_MODEL": "m"], in: directory)
                program.input.write(Data("hello\n".utf8))
                let ending = await program.finish()
                #expect(ending.status == 0 && ending.output.contains("\nhello\n"), "\(ending)")
            }
        }
    }

    private let twoApps = """
        management: { token: 0123456789abcdef0123456789abcdef }
        agents:
          helper: { kind: echo }
        apps:
          - name: first
            corp_id: ww0000000000000001
            agent_id: 1000002
            corp_secret: not-a-real-secret
            token: QDG6eK
            encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
            allowed_users: [zhangsan]
          - name: second
            corp_id: ww0000000000000001
            agent_id: 1000003
            corp_secret: not-a-real-secret-either
            token: QDG6eL
            encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
            allowed_users: [zhangsan]
        """

    @Test(
        "the demo plays WeCom for a configuration as it stands, tells of an app that is not there, and leaves nothing")
    func configuration() async throws {
        try await withDirectory { directory in
            try write(twoApps, to: "mine.yaml", in: directory)
            let program = try Program("demo", "--config", "mine.yaml", in: directory)
            program.input.write(Data("hello\nsecond: good morning\nthird: hello\n".utf8))
            let ending = await program.finish()
            #expect(ending.output.contains("← first  message/send to zhangsan after "), "\(ending)")
            #expect(ending.output.contains("\nhello\n") && ending.output.contains("\ngood morning\n"))
            #expect(ending.output.contains("← second  message/send to zhangsan after "))
            #expect(ending.output.contains("there is no app third (known here: first, second): nothing was sent."))
            #expect(ending.status == 1, "not every line was answered")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["mine.yaml"])
        }
    }

    @Test("serve talks to a WeCom that is played, though the file names the real one and a proxy to it")
    func override() async throws {
        try await ServedWorld.with(agents: "bot: { kind: echo }") { world in
            let path = "\(world.directory)/config.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.contains("api_base_url: ") })
            let url = try #require(line.split(separator: " ").last.map(String.init))
            try text.replacing(line, with: "    proxy: http://127.0.0.1:1").write(
                toFile: path, atomically: true, encoding: .utf8)
            try await world.start("--api-base-url", url)
            #expect(world.logged.contains("WeCom is played at \(url): nothing goes to the real one"))
            await world.say("hello")
            #expect(await world.texts(1) == ["hello"])
        }
    }

    @Test(
        "what leads to another machine, or to nothing, is refused as wrong usage",
        arguments: [
            (["serve", "--api-base-url", "https://qyapi.weixin.qq.com"], "an address of this machine"),
            (["demo", "--api-base-url", "http://127.0.0.1"], "http://127.0.0.1:PORT"),
            (["demo", "--agent", "./no.sh"], "there is no file ./no.sh"),
            (["demo", "--agent", "./no.sh", "--config", "x"], "exclude each other"),
        ])
    func refused(arguments: [String], words: String) async throws {
        try await withDirectory { directory in
            let ending = try await Program(running: arguments, in: directory).finish()
            #expect(ending.status == 2 && ending.errors.contains(words), "\(ending)")
        }
    }

    @Test("at a terminal the demo opens on its playground: the address stands on a line of its own and answers")
    func pages() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(
                running: ["demo", "--playground", "0"], environment: ["TERM": "xterm"], at: terminal, isScreen: true,
                in: directory)
            let shown = await terminal.until("/\r\n")
            let lines = shown.split(separator: "\r\n")
            let address = try #require(lines.last { $0.hasPrefix("http://127.0.0.1:") }, "\(shown)")
            let transport = CurlTransport()
            let page = try await transport.send(HTTPRequest(.get, String(address)), HTTPRequestOptions())
            #expect(
                page.status == .ok
                    && String(decoding: page.bytes, as: UTF8.self).contains("<title id=\"title\">Playground"))
            let foreign = HTTPRequest(.get, String(address), headers: ["Host": "example.com"])
            #expect(try await transport.send(foreign, HTTPRequestOptions()).status == .forbidden)
            await transport.close()
            program.send(SIGINT)
            #expect(await program.finish().status == 0)
        }
    }

    /// Runs the demo at a terminal until its address is shown, and returns that. A program `xdg-open` writes down what it is given.
    private func address(
        _ arguments: [String], _ environment: [String: String], in directory: String,
        _ body: (Substring) async throws -> Void
    ) async throws {
        try writeProgram(
            "#!/bin/sh\nprintf %s \"$1\" > '\(directory)/given' && mv '\(directory)/given' '\(directory)/opened'\n",
            to: "\(directory)/xdg-open")
        let terminal = try Terminal()
        let variables = ["TERM": "xterm", "PATH": "\(directory):/usr/bin:/bin"].merging(environment) { $1 }
        let program = try Program(
            running: ["demo", "--playground", "0"] + arguments, environment: variables, at: terminal, isScreen: true,
            in: directory)
        let lines = await terminal.until("/\r\n").split(separator: "\r\n")
        try await body(try #require(lines.last { $0.hasPrefix("http://127.0.0.1:") }))
        program.send(SIGINT)
        #expect(await program.finish().status == 0)
    }

    @Test("on a desktop the browser is given the address", arguments: ["DISPLAY", "WAYLAND_DISPLAY"])
    func opening(display: String) async throws {
        try await withDirectory { directory in
            try await address([], [display: ":0"], in: directory) { address in
                try await eventually { FileManager.default.fileExists(atPath: "\(directory)/opened") }
                #expect(try String(contentsOfFile: "\(directory)/opened", encoding: .utf8) == address)
            }
        }
    }

    @Test("elsewhere, and where it is not wanted, no browser is opened")
    func notOpening() async throws {
        try await withDirectory { directory in
            try await address([], [:], in: directory) { _ in }
            try await address(["--no-open"], ["DISPLAY": ":0"], in: directory) { _ in }
            let piped = try Program(
                "demo", environment: ["DISPLAY": ":0", "PATH": "\(directory):/usr/bin:/bin"], in: directory)
            #expect(await piped.finish().status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/opened"))
        }
    }

    @Test("at a terminal the line can be edited, and the answer comes above the next")
    func editing() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(
                running: ["demo", "--terminal"], environment: ["TERM": "xterm"], at: terminal, isScreen: true,
                in: directory)
            _ = await terminal.until("you> ")
            terminal.press("helo\u{7F}lo\n")
            let shown = await terminal.until("\r\nYou said: “hello”.\r\n")
            #expect(shown.contains("message/send to you after "), "\(shown)")
            terminal.typeEnd()
            #expect(await program.finish().status == 0)
        }
    }
}
