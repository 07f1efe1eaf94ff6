import JSON
import System
import Text

enum SessionsCommand: Command {
    static let summary = "what agents remember: list, reset"

    static let help = CommandHelp(
        "sessions",
        """
        Usage: wecom-router sessions [list] [FILTERS] [--utc] [--json] [--config FILE]
               wecom-router sessions reset APP USER|chat:GROUP [--json]

        What agents remember: a session is what the agent of an app or bot holds of one person's conversation, or of a group's,
        from one /new to the next. Asks the server that runs, or reads the file if none does.

          reset   has the next message of the person, or of the group with that chatid, begin a fresh session, as /new in the
                  chat does; in a group the sessions that members have of their own are over, too

          --app NAME          of this app, by its name or as corp_id/agent_id
          --user [CORP:]ID    of this person
          --since TIME        used since \(TimeWords.help)
          --limit COUNT       at most so many (50)
          --before NUMBER     those behind it: the next page
          --utc               times in UTC, not where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let verbs: [ControlCommand.Verb] = [
            .init(name: "list", hasFilters: true), .init(name: "reset", operands: 2),
        ]
        let command = ControlCommand(help: help, verbs: verbs, filters: ListOptions.ofSessions)
        return try await command.run(context) { verb, call in
            .report(verb == "reset" ? try await reset(call) : try await list(call))
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let found = try await call.filters.rows("sessions", from: call.client)
        var table = TextTable(
            "APP", "USER", "AGENT", "CURRENT", "TURNS", .init("USED (\(call.zone.place))"), "SIZE", "LAST JOB")
        for session in found.rows {
            table.add(
                session.shown("app"), session.holder, session.shown("agent"),
                session["is_current"]?.bool == true ? "yes" : "no", String(session["turns"]?.integer ?? 0),
                session.minutes("used_at", in: call.zone), String(session["bytes"]?.integer ?? 0),
                session.shown("last_job"))
        }
        return .init(
            json: ["sessions": .array(found.rows), "next": found.next],
            text: found.rows.isEmpty
                ? "no such sessions\n" : table.text(width: call.width) + found.continuation)
    }

    private static func reset(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let app = try call.operand("APP")
        let user = try call.operand("USER", at: 1)
        let side: JSONValue.Member =
            if let chat = user.after("chat:") { .init("chat", .string(String(chat))) } else {
                .init("user", .string(user))
            }
        let answer = try await call.client.post("/v1/sessions/reset", .object([.init("app", .string(app)), side]))
        return .init(json: answer, text: "\(answer.shown("user")) begins a fresh session with the next message\n")
    }
}

extension JSONValue {
    /// The other side of a session's conversation, and the member of a group whose own it is.
    fileprivate var holder: String {
        shown("user") + (self["member"]?.string.map { "/user:\(printable($0, most: 100))" } ?? "")
    }
}
