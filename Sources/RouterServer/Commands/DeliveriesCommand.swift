import JSON

enum DeliveriesCommand {
    static let help = """
        Usage: wecom-router deliveries [list] [FILTERS] [--json] [--config FILE]
               wecom-router deliveries retry DELIVERY [--json]

        What went out, and what did not. Without --state, list shows the dead letters: what was given up and not sent anew,
        the newest first. Asks the server that runs, or reads the file if none does.

          retry   sends one that failed anew, and the later parts of the same reply that failed with it

        \(ListOptions.help)
          --state STATE       dead, all, pending, sending, sent, failed or dropped
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        try await ControlCommand(name: "deliveries", verbs: ["list", "retry"]).run(context, help: help) { verb, call in
            verb == "retry" ? try await retry(call) : try await list(call)
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let (rows, next) = try await call.filters.rows("deliveries", from: call.client)
        var table = TextTable("DELIVERY", "AGE", "APP", "USER", "STATE", "ATTEMPT", "JOB", "REASON")
        for delivery in rows {
            let replay = delivery["replayed_as"]?.string.map { "replayed as \($0)" }
            table.add(
                delivery.shown("delivery"), age(delivery["age_seconds"]?.integer ?? 0), delivery.app,
                delivery.shown("user"), delivery.shown("state"), String(delivery["attempt"]?.integer ?? 0),
                delivery["job"]?.string ?? "-",
                [delivery["reason"]?.string, replay].compactMap(\.self).joined(separator: "; "))
        }
        let nothing = call.options.value("--state") == nil ? "no dead letters\n" : "no such deliveries\n"
        return .init(
            json: ["deliveries": .array(rows), "next": next],
            text: rows.isEmpty ? nothing : table.text + (next == .null ? "" : "… and more; see --limit\n"))
    }

    private static func retry(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let delivery = try call.operand("DELIVERY")
        let answer = try await call.client.post("/v1/deliveries/\(delivery)/retry")
        let new = (answer["deliveries"]?.array ?? []).compactMap(\.string)
        return .init(
            json: answer, text: "\(answer.shown("replay_of")) is sent anew as \(new.joined(separator: ", "))\n")
    }
}
