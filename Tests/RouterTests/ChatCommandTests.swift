import Router
import Testing

@Suite struct ChatCommandTests {
    @Test(
        "a command is known by its words, in either width and case, in Chinese with and without a slash",
        arguments: [
            ("/new", ChatCommand.new), ("／ｎｅｗ", .new), (" /STOP ", .stop), ("停止", .stop), ("/停止", .stop),
            ("／状态", .status),
            ("/queue", .queue), ("排队", .queue), ("/queue drop 2", .drop(2)), ("/排队 删除 ３", .drop(3)), ("/help", .help),
            ("重试", .retry), ("/retry\n", .retry), ("新会话", .new), ("帮助", .help),
        ])
    func known(_ text: String, _ command: ChatCommand) {
        #expect(ChatCommands().command(in: text) == command)
    }

    @Test(
        "anything else is the agent's",
        arguments: [
            "new", "stop", "/model gpt", "/stop now", "请停止", "停止 吧", "/queue drop", "/queue drop x", "/queue drop 0",
            "/queue drop -1", "/queue drop 99999", "/new session", "", " ", "/",
        ])
    func unknown(_ text: String) {
        #expect(ChatCommands().command(in: text) == nil)
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
