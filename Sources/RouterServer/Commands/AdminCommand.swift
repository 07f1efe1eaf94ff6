import JSON

enum AdminCommand: Command {
    static let summary = "print a link that opens the administration's pages"

    static let help = CommandHelp(
        "admin",
        """
        Usage: wecom-router admin [--config FILE] [--json]

        Prints a link to the running server's pages, which are on once management.token is set. It signs in an operator without
        the token, once, within a minute; the page asks before it does.

          --config FILE    the server's configuration, for the place of its store
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --json           for programs

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let store = try context.store(options)
        let link = try await ControlClient.useServer(of: store) { try await $0.post(LoginLink.path) }
        context.print(options.has("--json") ? link.text + "\n" : "\(link["url"]?.string ?? "")\n")
        return .done
    }
}
