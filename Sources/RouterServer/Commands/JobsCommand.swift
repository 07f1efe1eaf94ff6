import JSON
import System

enum JobsCommand: Command {
    static let summary = "what became of messages: list, show, cancel, retry"

    static let help = CommandHelp(
        "jobs",
        """
        Usage: wecom-router jobs [list] [FILTERS] [--no-text] [--utc] [--json] [--config FILE]
               wecom-router jobs show JOB [--utc] [--json]
               wecom-router jobs cancel JOB [--why TEXT] [--json]
               wecom-router jobs retry JOB... [--json]
               wecom-router jobs retry --all [FILTERS] [--yes] [--json]

        What became of messages. Every message that was accepted is a job; list shows the newest first, show tells a job's
        story: what was said, what happened when, what went out. Asks the server that runs, or reads the file if none does.

        JOB is a number as list has it, or the six digits that the user was told with a failure.

          cancel   ends a job that waits, and tells the user so; has one that runs stopped
          retry    makes a new job of each that failed or was cancelled, from the same messages; with --all of those that
                   failed and that the filters let through, having said how many they are

        \(ListOptions.help)
          --state STATE       ready, running, waiting, done, failed or cancelled
          --all               those that failed, or with --state cancelled those that were cancelled
          --yes               without asking
          --no-text           nothing of what was said
          --why TEXT          goes into the job's time line
          --utc               times in UTC, not where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    private static let verbs: [ControlCommand.Verb] = [
        .init(name: "list", flags: ["--no-text"], hasFilters: true), .init(name: "show", operands: 1),
        .init(name: "cancel", operands: 1, values: ["--why"]), RetryVerb.verb(),
    ]

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        try await ControlCommand(help: help, verbs: verbs).run(context) { verb, call in
            switch verb {
            case "show": return .report(try await show(call))
            case "cancel": return .report(try await cancel(call))
            case "retry":
                return try await RetryVerb(
                    list: "jobs", one: "job", states: ["failed", "cancelled"], words: "is tried again as"
                ).run(call)
            default: return .report(try await list(call))
            }
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        var found = try await call.filters.rows("jobs", from: call.client)
        if call.options.has("--no-text") { found.rows = found.rows.map { $0.without("text") } }
        var table = TextTable("JOB", call.when, "APP", "USER", "STATE", "TRIES", .free("TEXT"), .free("REASON"))
        for job in found.rows {
            table.add(
                job.shown("id"), job.minutes("accepted_at", in: call.zone), job.shown("app"), job.shown("user"),
                job.shown("state"), job.tries, job.shown("text"), job.remark)
        }
        return .init(
            json: ["jobs": .array(found.rows), "next": found.next],
            text: found.rows.isEmpty ? "no such jobs\n" : table.text(width: call.width) + found.continuation)
    }

    private static func cancel(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let job = try call.operand("JOB")
        let why = call.options.value("--why").map { why -> JSONValue in ["why": .string(why)] }
        let answer = try await call.client.post("/v1/jobs/\(job)/cancel", why)
        let isOver = answer["result"]?.string == "cancelled"
        return .init(
            json: answer,
            text: answer.shown("id") + (isOver ? " is cancelled; the user is told\n" : " runs and is told to stop\n"))
    }
}

extension JSONValue {
    /// The text of a member, for people: empty where there is none.
    func shown(_ name: String) -> String { printable(self[name]?.string ?? "", most: 200) }

    /// The number of its tries, where that is worth a word.
    var tries: String { self["attempts"]?.integer.flatMap { $0 > 1 ? String($0) : nil } ?? "" }

    /// The object without a member.
    func without(_ name: String) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name })
    }

    /// The reason why a job is where it is: its reason, else what has become of its reply, else whose retry it is.
    var remark: String {
        let (all, sent) = (self["parts"]?["all"]?.integer ?? 0, self["parts"]?["sent"]?.integer ?? 0)
        let reply =
            sent < all
            ? "\(sent) of \(all) parts out" + (self["parts"]?["reason"]?.string.map { ": \($0)" } ?? "") : nil
        let remarks = [
            self["reason"]?.string, self["cancellation"]?.string.map { "to be stopped: \($0)" }, reply,
            self["retried_as"]?.string.map { "retried as \($0)" }, self["retry_of"]?.string.map { "a retry of \($0)" },
        ]
        return remarks.compactMap(\.self).joined(separator: "; ")
    }
}
