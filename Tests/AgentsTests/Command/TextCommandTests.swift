import Foundation
import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite(.timeLimit(.minutes(5))) struct TextCommandTests {
    private func agent(_ script: String, in world: ProgramWorld) -> CommandAgent {
        CommandAgent(command: AgentCommand(["sh", "-c", script]), format: .text, host: world.host)
    }

    private func failure(of script: String, in world: ProgramWorld) async throws -> AgentFailure {
        try await #require(throws: AgentFailure.self) {
            try await agent(script, in: world).run(.saying("x"), attendedBy: FakeAttendant())
        }
    }

    @Test("the prompt goes in, and all that comes out is the answer")
    func answer() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await agent("printf '答：'; cat; echo; echo", in: world).run(
                .saying("-v 你好"), attendedBy: attendant)
            #expect(reply == Reply("答：-v 你好"))
            #expect(attendant.text == "答：-v 你好\n\n")
        }
    }

    @Test("a program that reads nothing answers all the same, however long the message is")
    func deaf() async throws {
        try await ProgramWorld.with { world in
            let reply = try await agent("echo hi", in: world).run(
                .saying(String(repeating: "长", count: 1 << 20)), attendedBy: FakeAttendant())
            #expect(reply.text == "hi")
        }
    }

    @Test("statuses have the meaning that programs agree on, and the last line of standard error is the reason")
    func statuses() async throws {
        try await ProgramWorld.with { world in
            for (status, kind) in [
                (75, AgentFailure.Class.transient), (77, .config), (126, .config), (127, .config), (1, .transient),
                (2, .transient),
            ] {
                let failure = try await failure(of: "echo so far; echo a >&2; echo 坏了 >&2; exit \(status)", in: world)
                #expect(failure == AgentFailure(kind, "坏了", partialText: "so far\n"))
            }
            #expect(try await failure(of: "exit 3", in: world).reason.contains("exit status 3"))
            #expect(try await failure(of: "kill -9 $$", in: world).kind == .interrupted)
            let missing = CommandAgent(command: AgentCommand(["no-such-program"]), format: .text, host: world.host)
            let failure = try await #require(throws: AgentFailure.self) {
                try await missing.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure.kind == .config)
        }
    }

    @Test("what a secret of the program's environment was does not stand in the reason")
    func secrets() async throws {
        try await ProgramWorld.with { world in
            var command = AgentCommand(["sh", "-c", "echo \"bad key $KEY\" >&2; exit 1"])
            command.environment = ["KEY": Secret("sk-123456")]
            let agent = CommandAgent(command: command, format: .text, host: world.host)
            let failure = try await #require(throws: AgentFailure.self) {
                try await agent.run(.saying("x"), attendedBy: FakeAttendant())
            }
            #expect(failure.reason == "bad key <secret>")
        }
    }

    @Test("a secret that a cut would halve is hidden whole, and so is one that has lines or that we pass on")
    func cutSecrets() async throws {
        try await ProgramWorld.with { world in
            let key = String(repeating: "k", count: 100)
            var environment = world.host.environment
            environment["PASSED"] = "passed-on"
            let host = ProgramHost(
                spawner: world.host.spawner, workspaces: world.host.workspaces, environment: environment)
            for (script, reason) in [
                ("printf '%0450d%s' 0 \"$KEY\"", String(repeating: "0", count: 450) + "<secret>"),
                ("echo \"pem $PEM\"", "pem <secret>"), ("echo \"got $PASSED\"", "got <secret>"),
            ] {
                var command = AgentCommand(["sh", "-c", "{ \(script); } >&2; exit 1"])
                command.environment = ["KEY": Secret(key), "PEM": Secret("BEGIN\nsecret line\nEND")]
                command.passedVariables = ["PASSED", "NOT_SET", "HOME"]
                let agent = CommandAgent(command: command, format: .text, host: host)
                let failure = try await #require(throws: AgentFailure.self) {
                    try await agent.run(.saying("x"), attendedBy: FakeAttendant())
                }
                #expect(failure.reason == reason)
            }
        }
    }

    @Test("a program finds in its environment who asks, which job it is and where it may work")
    func environment() async throws {
        try await ProgramWorld.with { world in
            let names = [
                "JOB_ID", "JOB_ATTEMPT", "JOB_DEADLINE", "SESSION_KEY", "WECOM_CORP", "WECOM_APP", "WECOM_USER",
                "WECOM_USER_NAME", "WECOM_DEPARTMENTS", "WECOM_LANG",
            ]
            let script =
                names.map { "echo \"$\($0)\";" }.joined()
                + #"[ "$WORK_DIR" = "$PWD" ] && [ -d "$OUTBOX_DIR" ] && echo both"#
            let turn = Turn.saying("x")
            let reply = try await agent(script, in: world).run(turn, attendedBy: FakeAttendant())
            #expect(
                reply.text.split(separator: "\n").map(String.init) == [
                    turn.job.description, "1", turn.deadline.description, "ww1/1000002/user:zhangsan", "ww1", "1000002",
                    "zhangsan", "张三", "2", "zh-CN", "both",
                ])
        }
    }

    @Test("files go along that lie in the outbox or that the text names, each once, and none from elsewhere")
    func files() async throws {
        try await ProgramWorld.with { world in
            let script = """
                mkdir out; echo a > out/a.txt; echo b > outbox/b.txt; ln -s /etc/passwd leak
                echo '见 [a](out/a.txt)、[b](outbox/b.txt)、[没有](none.txt)、[别处](leak)'
                echo "MEDIA:$PWD/out/a.txt"
                echo 'MEDIA:out'
                """
            let reply = try await agent(script, in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(reply.text == "见 [a](out/a.txt)、[b](outbox/b.txt)、[没有](none.txt)、[别处](leak)")
            #expect(reply.files.map(\.name) == ["a.txt", "b.txt"])
        }
    }

    @Test("what was sent along is named in the prompt, by a path that the program can open")
    func attachments() async throws {
        try await ProgramWorld.with { world in
            let path = world.directory + "/sent"
            try Data("inside".utf8).write(to: URL(fileURLWithPath: path))
            let attachment = Attachment(.file, path: path, name: "报告.txt", contentType: "text/plain", size: 6)
            let script = "cat > prompt; cat prompt; cat \"$(sed -n 's/^- \\(.*\\) (.*)$/\\1/p' prompt)\""
            let reply = try await agent(script, in: world).run(
                .saying("看看", attachments: [attachment]), attendedBy: FakeAttendant())
            #expect(reply.text.hasPrefix("看看\n\n附件：\n- "))
            #expect(reply.text.hasSuffix("报告.txt (file, text/plain)inside"))
        }
    }

    @Test("a character that is cut by a read is told whole")
    func pieces() {
        let bytes = Array("aé你😀z".utf8)
        for size in 1...5 {
            var pieces = TextPieces()
            var text = ""
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = pieces.take(Array(bytes[start..<min(start + size, bytes.count)]))
                #expect(!piece.contains("\u{FFFD}"))
                text += piece
            }
            #expect(text + pieces.finish() == "aé你😀z")
        }
        var broken = TextPieces()
        #expect(broken.take([0xE4, 0xBD]) == "")
        #expect(broken.finish() == "\u{FFFD}")
        #expect(broken.take([0x80, 0x80, 0x80, 0x80, 0x61]).hasSuffix("a"))
    }

    @Test("what a program leaves behind is gone after the turn, and does not hold the turn up")
    func leftBehind() async throws {
        try await ProgramWorld.with { world in
            let script =
                "sleep 1000 & (setsid sh -c 'echo $$ > daemon; exec sleep 1000' &); " + waiting(for: "daemon")
                + "cat daemon"
            let reply = try await agent(script, in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(Int(reply.text) != nil)
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(reply.text)"))
            #expect(await world.host.spawner.count == 0)
        }
    }

    @Test("a cancelled turn leaves no process, and only throws")
    func cancelled() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let agent = agent("sleep 1000 & echo $$; wait; sleep 1000", in: world)
            let turn = Task { try await agent.run(.saying("x"), attendedBy: attendant) }
            await attendant.event { if case .text = $0 { true } else { false } }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(await world.host.spawner.count == 0)
        }
    }

    /// Shell that goes on once there is such a file.
    private func waiting(for path: String) -> String { "while ! [ -s \(path) ]; do :; done; " }

    @Test("a message that an earlier run left unanswered is told to go on")
    func resumes() async throws {
        try await ProgramWorld.with { world in
            let reply = try await agent("cat", in: world).run(.saying("x", resumes: true), attendedBy: FakeAttendant())
            #expect(reply.text == "上一轮因服务重启中断，请从中断处继续；已完成的步骤不要重复。\n\n原消息：x")
        }
    }
}
