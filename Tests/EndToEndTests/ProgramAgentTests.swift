import Foundation
import ProgramTesting
import Router
import Simulator
import System
import Testing
import WeCom

@Suite("Agents that are programs, in the program as it is shipped", .timeLimit(.minutes(2)))
struct ProgramAgentTests {
    @Test(
        "a message goes in and an answer comes out, with its files; the program knows who asks, and none of our secrets"
    )
    func answers() async throws {
        let script = """
            text=$(cat)
            echo "$WECOM_CORP $WECOM_APP $WECOM_USER said: $text"
            pwd
            echo "$SESSION_KEY"
            env | cut -d = -f 1 | sort | tr '\\n' ' '
            echo hello > "$OUTBOX_DIR/report.txt"
            """
        try await ServedWorld.with(agents: shell(script)) { world in
            try await world.start()
            await world.say("-rf 你好")
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            let lines = sent[0].text.split(separator: "\n")
            #expect(lines[0] == "ww0000000000000001 1000002 u1 said: -rf 你好")
            #expect(lines[1].contains("/data/work/ww0000000000000001-1000002/u1-"))
            #expect(lines[2] == "ww0000000000000001/1000002/user:u1")
            let names = Set(lines[3].split(separator: " ").map(String.init))
            #expect(
                names.isSuperset(of: ["JOB_ID", "JOB_ATTEMPT", "JOB_DEADLINE", "WORK_DIR", "OUTBOX_DIR", "WECOM_LANG"]))
            #expect(!names.contains("SWIFT_BACKTRACE"), "what we were given is not passed on")
            #expect(sent[1].media?.name == "report.txt")
        }
    }

    @Test("a file outside of the working directory is not sent, whichever link leads to it")
    func outside() async throws {
        let script = """
            cat >/dev/null
            ln -s /etc/passwd "$OUTBOX_DIR/a.txt"
            ln -s / "$OUTBOX_DIR/root"
            echo "this is fine" > "$OUTBOX_DIR/b.txt"
            echo "[look](outbox/root/etc/passwd)"
            """
        try await ServedWorld.with(agents: shell(script)) { world in
            try await world.start()
            await world.say("hello")
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            #expect(sent.compactMap(\.media).map(\.name) == ["b.txt"])
            #expect(sent.contains { $0.text.hasPrefix("文件“a.txt”没有发送成功") })
            #expect(world.wecom.transcript.uploads.count == 1)
        }
    }

    @Test("/stop ends the program with all that it started, and says so only then")
    func stop() async throws {
        let script = """
            exec 9> "$HOME/lifeline"
            (setsid sh -c 'echo $$ >&9; exec sleep 1000' &)
            echo $$ >&9
            cat >/dev/null
            sleep 1000
            """
        try await ServedWorld.with(
            agents: shell(script) + "\n  environment: { HOME: \"$${PWD}\" }\n  writable: [\"$${PWD}/lifeline\"]"
        ) { world in
            try world.homeIsDirectory()
            let lifeline = try Lifeline("\(world.directory)/lifeline")
            try await world.start()
            await world.say("work")
            let processes = try await lifeline.lines(2)
            #expect(processes.allSatisfy(isAlive))
            await world.say("/stop")
            var sent: [SentMessage] = []
            while sent.last?.text != ChatTexts.chinese.stopped {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            #expect(!processes.contains(where: isAlive))
            #expect(sent.map(\.text) == [ChatTexts.chinese.stopping, ChatTexts.chinese.stopped])
        }
    }

    @Test(
        "nothing of a program outlives a killed router, and the session goes on after it",
        arguments: ["jsonl", "claude", "codex"])
    func killed(_ format: String) async throws {
        try await ServedWorld.with(
            agents: shell(ProgramAgentTests.forgetful(format), format: format)
                + "\n  environment: { HOME: \"$${PWD}\" }\n  writable: [\"$${PWD}/lifeline\"]"
        ) { world in
            try world.homeIsDirectory()
            let lifeline = try Lifeline("\(world.directory)/lifeline")
            try await world.start()
            await world.say("write the report")
            let processes = try await lifeline.lines(2)
            await world.untilLogged("the agent has named its session")
            await world.kill()
            await lifeline.end()
            #expect(!processes.contains(where: isAlive))
            try await world.start()
            let answer = await world.texts(1)[0]
            #expect(answer == "resumed s-1: 原消息：write the report", "\(world.logged)")
        }
    }

    /// An agent that names its session and works for ever; resumed, it answers with what it was told last.
    private static func forgetful(_ format: String) -> String {
        let beginning = """
            exec 9> "$HOME/lifeline"
            (setsid sh -c 'echo $$ >&9; exec sleep 1000' &)
            echo $$ >&9
            """
        let waiting = "sleep 1000"
        switch format {
        case "jsonl":
            return """
                read -r line
                case "$line" in
                *'"session":null'*)
                  \(beginning.replacing("\n", with: "\n  "))
                  echo '{"type":"started","session":"s-1"}'
                  \(waiting) ;;
                *)
                  said=$(printf "%s\\n" "$line" | sed 's/.*"session":"\\([^"]*\\)".*"text":".*\\(原消息：[^"]*\\)".*/resumed \\1: \\2/')
                  printf '{"type":"final","text":"%s"}\\n' "$said" ;;
                esac
                """
        case "claude":
            return """
                read -r line
                case "$*" in
                *--resume=s-1*)
                  said=$(printf "%s\\n" "$line" | sed 's/.*\\(原消息：[^"]*\\)".*/resumed s-1: \\1/')
                  echo '{"type":"system","subtype":"init","session_id":"s-1"}'
                  printf '{"type":"result","subtype":"success","is_error":false,"session_id":"s-1","result":"%s"}\\n' "$said" ;;
                *)
                  \(beginning.replacing("\n", with: "\n  "))
                  echo '{"type":"system","subtype":"init","session_id":"s-1"}'
                  \(waiting) ;;
                esac
                """
        default:
            return """
                line=$(cat)
                case "$*" in
                *resume*s-1*)
                  said=$(printf "%s\\n" "$line" | sed -n 's/.*\\(原消息：.*\\)/resumed s-1: \\1/p')
                  echo '{"type":"thread.started","thread_id":"s-1"}'
                  printf '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"%s"}}\\n' "$said"
                  echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}' ;;
                *)
                  \(beginning.replacing("\n", with: "\n  "))
                  echo '{"type":"thread.started","thread_id":"s-1"}'
                  \(waiting) ;;
                esac
                """
        }
    }

    @Test(
        "an agent of the Agent Client Protocol goes on in its session, too; /stop leaves it ready for the next message")
    func protocolOfItsOwn() async throws {
        try await ServedWorld.with(agents: "bot: { kind: acp, command: [\"\(product("MockAgent"))\", acp, load] }") {
            world in
            try await world.start()
            await world.say("process")
            let process = try #require(await world.texts(1).first)
            await world.say("wait for me")
            await world.untilLogged("the agent has named its session", times: 2)
            await world.say("/stop")
            #expect(await world.texts(3).suffix(2) == [ChatTexts.chinese.stopping, ChatTexts.chinese.stopped])
            await world.say("process")
            #expect(await world.texts(4).last == process, "it heeded the protocol's own way of stopping")
            await world.say("hang on")
            await world.untilLogged("the agent has named its session", times: 4)
            await world.kill()
            try await world.start()
            let answer = try #require(await world.texts(5).last)
            #expect(answer.hasPrefix("you said: 上一轮因服务重启中断"), "\(world.logged)")
            #expect(answer.hasSuffix("原消息：hang on"))
            #expect(!isAlive(process))
        }
    }

    @Test("an agent that asks has its answer written to it")
    func asks() async throws {
        let script = """
            read -r line
            echo '{"type":"approval","id":"7","title":"rm old/*.log","options":[{"id":"y","label":"Yes"},{"id":"n","label":"No"}]}'
            read -r answer
            option=$(printf "%s\\n" "$answer" | sed 's/.*"option":"\\([^"]*\\)".*/\\1/')
            by=$(printf "%s\\n" "$answer" | sed 's/.*"by":"\\([^"]*\\)".*/\\1/')
            printf '{"type":"final","text":"%s by %s"}\\n' "$option" "$by"
            """
        try await ServedWorld.with(agents: shell(script, format: "jsonl")) { world in
            try await world.start()
            await world.say("clean up")
            let question = await world.wecom.transcript.delivered(atLeast: 1)[0]
            #expect(question.card?.buttons.map(\.text) == ["Yes", "No"])
            await world.wecom.press("2", of: question, as: world.user, to: world.app)
            #expect(await world.texts(2)[1] == "n by u1")
        }
    }

    @Test("a program that is not there is named at the start, and its users are told that there is no answer")
    func missing() async throws {
        try await ServedWorld.with(agents: "bot: { kind: command, command: [/nowhere/agent] }") { world in
            let check = try await Program("check", in: world.directory).finish()
            #expect(check.status == 0)
            #expect(check.output.contains("agents.bot.command names /nowhere/agent, which is no program"))
            let online = try await Program("check", "--online", in: world.directory).finish()
            #expect(online.status == 1)
            #expect(online.output.contains("agents.bot.command"))
            try await world.start()
            await world.say("hello")
            let told = try #require(await world.texts(1).first?.split(separator: "\n").map(String.init))
            #expect(told.count == 3 && told[0] == ChatTexts.chinese.failed && told[1] == "发送 /retry 可以再试一次。")
            let number = try #require(told.last.map { $0.filter(\.isNumber) })
            #expect(told[2] == "如需帮助，请向管理员提供编号 \(number)。" && number.count == 6)
            let shown = try await Program("jobs", "show", number, in: world.directory).finish()
            #expect(shown.status == 0 && shown.output.contains("hello"), "\(shown)")
        }
    }
}
