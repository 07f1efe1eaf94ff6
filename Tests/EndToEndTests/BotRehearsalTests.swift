import Foundation
import Testing

@Suite("A rehearsal with AI bots", .timeLimit(.minutes(2)))
struct BotRehearsalTests {
    @Test("on a pipe the demo's bots answer in a group and in a chat, each once and whole, without control characters")
    func pipe() async throws {
        try await withDirectory { directory in
            let program = try Program("demo", in: directory)
            program.input.write(Data("@helper hello\nassistant: 你好\n@assistant /help\n".utf8))
            let ending = await program.finish()
            #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
            let output = ending.output
            #expect(output.contains("→ helper  POST /wecom/bot/helper  200 in "))
            #expect(output.contains("← helper in the group after ") && output.contains("\nYou said: “hello”."))
            #expect(output.contains("→ assistant  over its connection\n"))
            #expect(output.contains("← assistant after ") && output.contains("\n你说的是：「你好」。"))
            #expect(output.contains("← assistant in the group after ") && output.contains("/new"))
            #expect(output.ranges(of: "←").count == 3 && !output.contains("\u{1B}"), "\(output)")
        }
    }

    @Test("at a terminal an answer grows in its place, and stays once it is whole")
    func growing() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(
                running: ["demo", "--terminal"], environment: ["TERM": "xterm"], at: terminal, isScreen: true,
                in: directory)
            _ = await terminal.until("you> ")
            terminal.press("@helper hello\n")
            var shown = await terminal.until("← helper in the group …")
            shown += await terminal.until("← helper in the group after ")
            let growth = shown.ranges(of: "← helper in the group …").count
            #expect(growth > 1, "\(shown.debugDescription)")
            #expect(shown.contains("A\u{1B}[J"), "it is drawn over")
            terminal.typeEnd()
            #expect(await program.finish().status == 0)
        }
    }

    @Test("what a bot does not hear is told, and so is a bot that is not there")
    func notSent() async throws {
        try await withDirectory { directory in
            let program = try Program("demo", in: directory)
            let lines = [
                "@helper :image x", "@helpr hi", "helper: :location 1,2", "assistant: :voice x", "helper: :enter",
                "helper: :enter",
            ]
            program.input.write(Data(lines.map { $0 + "\n" }.joined().utf8))
            let ending = await program.finish()
            for words in [
                "in a group a bot is sent words alone", "there is no bot helpr (did you mean helper?)",
                "a bot gets no places", "a bot gets no recordings", "hears it once a day",
            ] {
                #expect(ending.output.contains(words), "\(words): \(ending.output)")
            }
            #expect(ending.status == 1)
        }
    }

    private func configuration(port: Int) -> String {
        """
        server: { host: 127.0.0.1, port: \(port) }
        management: { port: 0 }
        store: { min_free: 0 }
        log: { format: json }
        agents:
          helper: { kind: echo }
        bots:
          - name: helpdesk
            mode: webhook
            bot_id: aibHelpdesk
            token: QDG6eK
            encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
            agent: helper
            name_in_chats: 小助手
            allowed_users: [zhangsan]
            allowed_conversations: [wrSales]
          - name: assistant
            mode: socket
            bot_id: aibAssistant
            secret: not-a-real-secret
            agent: helper
            allowed_users: [zhangsan]
        """
    }

    @Test("the demo plays the bots of a configuration, for somebody who may write and in a group where they may")
    func configured() async throws {
        try await withDirectory { directory in
            try configuration(port: 0).write(toFile: "\(directory)/mine.yaml", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(directory)/mine.yaml")
            let program = try Program("demo", "--config", "mine.yaml", in: directory)
            program.input.write(Data("@小助手 good morning\nassistant: good evening\n".utf8))
            let ending = await program.finish()
            #expect(ending.status == 0, "\(ending)")
            #expect(
                ending.output.contains("← helpdesk in the group after ") && ending.output.contains("\ngood morning\n"))
            #expect(ending.output.contains("← assistant after ") && ending.output.contains("\ngood evening\n"))
        }
    }

    @Test("simulate plays both kinds of bots for a router that is served by the same file")
    func simulated() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/config.yaml"
            try configuration(port: try await freePort()).write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let before = try String(contentsOfFile: path, encoding: .utf8)
            let simulator = try Program("simulate", "--config", "config.yaml", "--port", "0", in: directory)
            let address = "--api-base-url http://127.0.0.1:"
            let printed = await simulator.untilPrinted(address)
            let port = printed.components(separatedBy: address).last?.prefix { $0.isNumber } ?? ""
            let server = try Program(
                running: ["serve", "--api-base-url", "http://127.0.0.1:\(port)"], in: directory)
            _ = await server.untilLogged("the bot is connected")
            simulator.input.write(Data("@helpdesk good morning\n".utf8))
            #expect(await simulator.untilPrinted("\ngood morning\n").contains("← helpdesk in the group after "))
            simulator.input.write(Data("assistant: good evening\n".utf8))
            #expect(await simulator.untilPrinted("\ngood evening\n").contains("← assistant after "))
            for program in [simulator, server] {
                program.send(SIGTERM)
                #expect(await program.finish().status == 0)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
        }
    }

    @Test("the configuration that simulate makes up is one that serves its app and its bots")
    func madeUp() async throws {
        try await withDirectory { directory in
            let port = try await freePort()
            let simulator = try Program(
                "simulate", "--port", "0", "--callback", "http://127.0.0.1:\(port)/wecom/callback", in: directory)
            let printed = await simulator.untilPrinted("websocket_url: ")
            let text = printed.drop { $0 != "#" }
            let path = "\(directory)/config.yaml"
            try "server: { port: \(port) }\nmanagement: { port: 0 }\nstore: { min_free: 0 }\n\(text)".write(
                toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let server = try Program("serve", in: directory)
            _ = await server.untilLogged("the bot is connected")
            for (line, words) in [
                ("one", "← simulated to zhangsan"), ("helper: two", "← helper"), ("@assistant three", "← assistant in"),
            ] {
                simulator.input.write(Data("\(line)\n".utf8))
                #expect(await simulator.untilPrinted(words).contains(words))
            }
            for program in [simulator, server] {
                program.send(SIGTERM)
                #expect(await program.finish().status == 0)
            }
        }
    }
}
