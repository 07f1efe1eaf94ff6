import JSON

enum JobsCommand {
    static let help = """
        Usage: wecom-router jobs [list] [FILTERS] [--json] [--config FILE]
               wecom-router jobs show JOB [--json]
               wecom-router jobs cancel JOB [--why TEXT] [--json]
               wecom-router jobs retry JOB [--json]

        What became of messages. Every message that was accepted is a job; list shows the newest first, show tells a job's
        story: what was said, what happened when, what went out. Asks the server that runs, or reads the file if none does.

        JOB is a number as list has it, or the six digits that the user was told with a failure.

          cancel   ends a job that waits, and tells the user so; has one that runs stopped
          retry    makes a new job of one that failed or was cancelled, from the same messages

        \(ListOptions.help)
          --state STATE       ready, running, waiting, done, failed or cancelled
          --why TEXT          goes into the job's time line
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        try await ControlCommand(name: "jobs", verbs: ["list", "show", "cancel", "retry"], extra: ["--why"]).run(
            context, help: help
        ) { verb, call in
            switch verb {
            case "show": return try await show(call)
            case "cancel": return try await cancel(call)
            case "retry": return try await retry(call)
            default: return try await list(call)
            }
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let (rows, next) = try await call.filters.rows("jobs", from: call.client)
        var table = TextTable("JOB", "AGE", "APP", "USER", "STATE", "ATTEMPT", "REASON")
        for job in rows {
            table.add(
                job.shown("job"), age(job["age_seconds"]?.integer ?? 0), job.app, job.shown("user"), job.shown("state"),
                String(job["attempt"]?.integer ?? 0), job.remark)
        }
        return .init(
            json: ["jobs": .array(rows), "next": next],
            text: rows.isEmpty ? "no such jobs\n" : table.text + (next == .null ? "" : "… and more; see --limit\n"))
    }

    private static func cancel(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let job = try call.operand("JOB")
        let why = call.options.value("--why").map { why -> JSONValue in ["why": .string(why)] }
        let answer = try await call.client.post("/v1/jobs/\(job)/cancel", why)
        let isOver = answer["result"]?.string == "cancelled"
        return .init(
            json: answer,
            text: answer.shown("job") + (isOver ? " is cancelled; the user is told\n" : " runs and is told to stop\n"))
    }

    private static func retry(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let job = try call.operand("JOB")
        let answer = try await call.client.post("/v1/jobs/\(job)/retry")
        return .init(json: answer, text: "\(answer.shown("replay_of")) is tried again as \(answer.shown("job"))\n")
    }
}

extension JSONValue {
    /// The text of a member, for people: empty where there is none.
    func shown(_ name: String) -> String { printable(self[name]?.string ?? "", most: 200) }

    /// The app's name, or its key where it has none any more.
    var app: String { self["app_name"]?.string ?? shown("app") }

    /// The reason why a job is where it is: its reason, else what has become of its reply, else whose retry it is.
    var remark: String {
        let (all, sent) = (self["parts"]?["all"]?.integer ?? 0, self["parts"]?["sent"]?.integer ?? 0)
        let reply =
            sent < all
            ? "\(sent) of \(all) parts out" + (self["parts"]?["reason"]?.string.map { ": \($0)" } ?? "") : nil
        let remarks = [
            self["reason"]?.string, self["cancellation"]?.string.map { "to be stopped: \($0)" }, reply,
            self["retried_as"]?.string.map { "retried as \($0)" }, self["replay_of"]?.string.map { "a retry of \($0)" },
        ]
        return remarks.compactMap(\.self).joined(separator: "; ")
    }
}
