import Router
import Testing

@Suite struct ChatCommandTests {
    @Test(
        "a command is known by its words, in either width and case, in Chinese with and without a slash",
        arguments: [
            ("/new", ChatCommand.new), ("／ｎｅｗ", .new), (" /STOP ", .stop), ("停止", .stop), ("/停止", .stop),
            ("／状态", .status),
            ("/queue", .queue), ("排队", .queue), ("/queue drop 2", .drop(2)), ("/排队 删除 ３", .drop(3)), ("/help", .help),
            ("重试", .retry), ("请停止。", .stop), ("停止！", .stop), ("请 重试 ！", .retry), ("/clear", .new), ("/reset", .new),
            ("/retry\n", .retry), ("新会话", .new), ("帮助", .help),
        ])
    func known(_ text: String, _ command: ChatCommand) {
        #expect(ChatCommands().command(in: text) == command)
    }

    @Test(
        "anything else is the agent's",
        arguments: [
            "new", "stop", "/model gpt", "/stop now", "请停止这个", "停止 吧", "请", "。", "/queue drop", "/queue drop x",
            "/queue drop 0",
            "/queue drop -1", "/queue drop 99999", "/new session", "", " ", "/",
        ])
    func unknown(_ text: String) {
        #expect(ChatCommands().command(in: text) == nil)
    }

    @Test(
        "what stands behind the command for a fresh session is its first message; a word of Chinese may begin a sentence",
        arguments: [
            ("/new fix it", "fix it"), (" ／ＮＥＷ\t两行\n文字 ", "两行\n文字 "), ("/reset a", "a"), ("/新会话 你好", "你好"),
            ("/new", nil),
            ("/new \n", nil), ("/newer thing", nil), ("新会话 你好", nil), ("/stop it", nil), ("say /new now", nil),
            ("", nil),
        ] as [(String, String?)])
    func opening(_ text: String, _ first: String?) {
        #expect(ChatCommands().words(behindNewIn: text) == first)
    }

    @Test("a word without a slash may be the agent's, unless it can mean nothing else")
    func ambiguous() {
        let commands = ChatCommands()
        for text in ["停止", "请停止。", "状态", "排队", "重试"] {
            #expect(commands.command(in: text).map { commands.isAmbiguous($0, in: text) } == true, "\(text)")
        }
        for text in ["/stop", "/停止", "／状态", "新会话", "帮助", "/retry"] {
            #expect(commands.command(in: text).map { commands.isAmbiguous($0, in: text) } == false, "\(text)")
        }
    }

    @Test("an app may rename a command, or switch it off")
    func renamed() {
        var commands = ChatCommands()
        commands.words[.stop] = ["/halt"]
        commands.words[.new] = []
        #expect(commands.command(in: "/HALT") == .stop)
        #expect(commands.command(in: "/stop") == nil)
        #expect(commands.command(in: "/new") == nil)
        #expect(commands.command(in: "新会话") == nil)
        #expect(commands.command(in: "/status") == .status)
    }
}
