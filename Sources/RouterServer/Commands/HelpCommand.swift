import Text

enum HelpCommand: Command {
    static let summary = "this overview, or the help of a command"

    static let help = CommandHelp(
        "help",
        """
        Usage: wecom-router help [COMMAND]

        Prints the help of a command, or an overview of all.

        """)

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 1)
        if options.asksForHelp {
            context.print(help.text)
        } else if let topic = options.operands.first {
            guard let command = Commands.named(topic) else {
                throw UsageError(
                    "there is no command \(shown(topic)); \(hint(for: topic, among: Commands.names))")
            }
            context.print(command.help.text)
        } else {
            context.print(overview)
        }
        return .done
    }

    private static var overview: String {
        let width = Commands.all.map { $0.name.count }.max() ?? 0
        let lines = Commands.all.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count))  \(command.summary)"
        }
        return """
            wecom-router puts AI agents behind WeCom (企业微信) apps.

            Usage: wecom-router [COMMAND] [OPTIONS]

            \(lines.joined(separator: "\n"))

            wecom-router COMMAND --help tells a command's options.
            Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.

            """
    }
}
