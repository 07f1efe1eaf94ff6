import JSON
import Router
import System
import Testing

@testable import Agents

/// Turns with a program that answers.
@Suite(.timeLimit(.minutes(1))) struct ACPTurnTests {
    @Test("a turn is answered, and its session has a name before the agent is prompted")
    func answers() async throws {
        try await ACPWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await world.run(.saying("hello -x"), attendant)
            #expect(reply.text == "you said: hello -x")
            #expect(reply.isMarkdown)
            guard case .started(let state)? = attendant.events.first else {
                Issue.record("not started first but \(attendant.events)")
                return
            }
            #expect(state["session_id"]?.string?.hasPrefix("s-") == true)
            #expect(attendant.text == reply.text)
            #expect(await world.count == 1)
        }
    }

    @Test("we say what the protocol has us say, in its order")
    func exchange() async throws {
        try await ACPWorld.with { world in
            let heard = try await world.transcript()
            #expect(heard.methods == ["initialize", "session/new", "session/prompt"])
            #expect(heard.map { $0["id"]?.integer } == [0, 1, 2])
            #expect(heard.allSatisfy { $0["jsonrpc"] == "2.0" })
            let offer = try #require(heard.first("initialize")?["params"])
            #expect(offer["protocolVersion"] == 1)
            #expect(
                offer["clientCapabilities"]
                    == ["fs": ["readTextFile": false, "writeTextFile": false], "terminal": false])
            let begun = try #require(heard.first("session/new")?["params"])
            #expect(begun["mcpServers"] == [])
            #expect(begun["cwd"]?.string?.hasPrefix("/") == true)
            let prompt = try #require(heard.first("session/prompt")?["params"])
            #expect(prompt["prompt"] == [["type": "text", "text": "transcript"]])
        }
    }

    @Test("the agent is told who asks, where it looks for that")
    func identity() async throws {
        try await ACPWorld.with { world in
            let heard = try await world.transcript()
            for method in ["session/new", "session/prompt"] {
                let who = try #require(heard.first(method)?["params"]?["_meta"]?["wecom"])
                #expect(who["corp"] == "ww1" && who["app"] == 1_000_002 && who["user"] == "zhangsan")
                #expect(who["name"] == "张三" && who["departments"] == [2] && who["lang"] == "zh-CN")
                #expect(who["job"] == .string(JobID(42).description) && who["attempt"] == 1)
                #expect(who["deadline"]?.string?.hasSuffix("Z") == true)
            }
            let session = try await world.session()
            let path = try #require(heard.first("session/new")?["params"]?["cwd"]?.string)
            let variables = [
                "JOB_ID": JobID(42).description, "SESSION_KEY": "ww1/1000002/user:zhangsan", "WORK_DIR": path,
                "OUTBOX_DIR": path + "/outbox", "WECOM_CORP": "ww1", "WECOM_APP": "1000002", "WECOM_USER": "zhangsan",
                "WECOM_USER_NAME": "张三", "WECOM_LANG": "zh-CN",
            ]
            for (name, value) in variables {
                #expect(try await world.say("variable \(name)", session: session).text == value)
            }
        }
    }

    @Test("what the agent does on its way is told, and the answer is what it says last")
    func narration() async throws {
        try await ACPWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await world.run(.saying("narrate"), attendant)
            #expect(reply.text == "Twelve logs.\n\nDone.")
            #expect(
                attendant.events.dropFirst() == [
                    .text("Let me"), .text(" look."), .progress("2/3 count logs"),
                    .tool(ToolCall(id: "t1", title: "ls", state: .running)),
                    .tool(ToolCall(id: "t1", title: "ls", state: .completed)), .thinking("hm"), .text("\n\nTwelve"),
                    .text(" logs."), .text("\n\nDone."),
                ])
        }
    }

    @Test("the answer is all that was said where that is wanted")
    func all() async throws {
        var options = ACPOptions()
        options.finalText = .all
        try await ACPWorld.with(options: options) { world in
            let text = try await world.say("narrate").text
            #expect(text == "Let me look.\n\nTwelve logs.\n\nDone.")
        }
    }

    @Test("ten thousand updates are heard, each and in order")
    func flood() async throws {
        try await ACPWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await world.run(.saying("flood"), attendant)
            #expect(reply.text == String(repeating: "0123456789", count: 1000))
            #expect(attendant.text == reply.text)
        }
    }

    @Test("garbage on standard output is passed over")
    func garbage() async throws {
        try await ACPWorld.with("garbage") { world in
            let text = try await world.say("hello").text
            #expect(text == "you said: hello")
        }
    }

    @Test("what comes after the end of a turn neither reopens it nor gets into the next, but for what it cost")
    func late() async throws {
        try await ACPWorld.with { world in
            let attendant = FakeAttendant()
            let session = try await world.session()
            #expect(try await world.run(.saying("late", session: session), attendant).text == "done")
            let next = FakeAttendant()
            let reply = try await world.run(.saying("hello", session: session), next)
            #expect(reply.text == "you said: hello")
            #expect(next.events.count == 2)
            #expect(!attendant.text.contains("late"))
            #expect(reply.usage?.microdollars == 500_000)
        }
    }

    @Test("what comes before a session has its name does not get into its first turn, but for what it cost")
    func early() async throws {
        try await ACPWorld.with("early") { world in
            let attendant = FakeAttendant()
            let reply = try await world.run(.saying("hello"), attendant)
            #expect(attendant.text == "you said: hello")
            #expect(reply.usage == Usage(microdollars: 250_000))
            #expect(reply.session?["cost"] == 250_000)
        }
    }

    @Test("a turn costs the difference of the session's totals, until those begin anew")
    func usage() async throws {
        try await ACPWorld.with { world in
            let first = try await world.say("spend 63 27 10")
            #expect(first.usage == Usage(input: 63, output: 27, microdollars: 100_000))
            let second = try await world.say("spend 126 54 25", session: first.session)
            #expect(second.usage == Usage(input: 63, output: 27, microdollars: 150_000))
            #expect(second.session?["tokens"] == ["input": 126, "output": 54, "cached": 0])
            let third = try await world.say("spend 5 6 7", session: second.session)
            #expect(third.usage == Usage(input: 5, output: 6, microdollars: 70_000))
            let fourth = try await world.say("hello", session: third.session)
            #expect(fourth.session == nil)
        }
    }

    @Test(
        "a limit that was reached is noted under the answer, in the app's language",
        arguments: [
            ("stop max_tokens half", "half\n\n（已达到长度上限，内容可能不完整。）"),
            ("stop max_turn_requests half", "half\n\n（已达到步骤上限，任务可能没有完成。）"),
            ("stop max_tokens", "（已达到长度上限，内容可能不完整。）"),
            ("stop refusal no", "no\n\n（智能体拒绝继续。）"), ("stop something_new text", "text"),
        ])
    func notes(prompt: String, text: String) async throws {
        try await ACPWorld.with { world in
            let text = try await world.say(prompt).text
            #expect(text == text)
        }
    }

    @Test("an agent that refuses without a word has refused")
    func refusal() async throws {
        try await ACPWorld.with { world in
            var turn = Turn.saying("stop refusal")
            turn.language = .english
            let value = try await world.failure(turn)
            #expect(value == AgentFailure(.refused, "the agent declined the request"))
        }
    }

    @Test("a turn that the agent cancels by itself was interrupted")
    func cancelledByItself() async throws {
        try await ACPWorld.with { world in
            let failure = try await world.failure(.saying("stop cancelled half"))
            #expect(failure.kind == .interrupted)
            #expect(failure.partialText == "half")
        }
    }

    @Test("a request that we do not know is answered with an error, under its own id, and a notification with nothing")
    func foreign() async throws {
        try await ACPWorld.with { world in
            let text = try await world.say("foreign").text
            let answer = try JSONValue(parsing: Array(text.utf8))
            #expect(answer["id"] == "w-1")
            #expect(answer["error"]?["code"] == -32601)
        }
    }

    @Test("a turn that a crash broke off is told so")
    func resumed() async throws {
        try await ACPWorld.with("load") { world in
            let reply = try await world.run(.saying("写报告", session: ["session_id": "s-9"], resumes: true))
            #expect(reply.text.contains("上一轮因服务重启中断"))
            #expect(reply.text.hasSuffix("写报告"))
        }
    }

    @Test("what the agent links to and what lies in the outbox go out with the answer")
    func files() async throws {
        try await ACPWorld.with { world in
            let workspace = try await world.programs.host.workspace(of: .saying(""), for: world.agent.command)
            let reply = try await world.say("link file://\(workspace.path)/chart.png")
            #expect(reply.text == "here")
            let path = "\(workspace.path)/chart.png"
            #expect(reply.files == [ReplyFile(.beneath(workspace.path, path: path), name: "chart.png")])
        }
    }
}
