import Text

enum CompletionCommand: Command {
    static let summary = "completion of commands and options for bash, zsh or fish"

    static let help = CommandHelp(
        "completion",
        """
        Usage: wecom-router completion bash|zsh|fish

        Prints what completes commands, their verbs and their options in that shell, made from the same text as --help.

          bash   wecom-router completion bash > /usr/share/bash-completion/completions/wecom-router
          zsh    wecom-router completion zsh > /usr/local/share/zsh/site-functions/_wecom-router
          fish   wecom-router completion fish > ~/.config/fish/completions/wecom-router.fish

        """)

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 1)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        guard let word = options.operands.first else {
            throw UsageError("say which shell: \(help.verbs.joined(separator: ", ")).", command: "completion")
        }
        guard let shell = Shell(rawValue: word) else {
            throw UsageError(
                "\(shown(word)) is no shell that is known here; \(hint(for: word, among: help.verbs))",
                command: "completion")
        }
        context.print(shell.completion)
        return .done
    }
}
