import JSON
import System

enum DeliveriesCommand: Command {
    static let summary = "what did not go out: list, show, retry"

    static let help = CommandHelp(
        "deliveries",
        """
        Usage: wecom-router deliveries [list] [FILTERS] [--no-text] [--utc] [--json] [--config FILE]
               wecom-router deliveries show DELIVERY [--utc] [--json]
               wecom-router deliveries retry DELIVERY... [--json]
               wecom-router deliveries retry --all [FILTERS] [--yes] [--json]

        What went out, and what did not. Without --state, list shows the dead letters: what was given up and not sent anew,
        the newest first. Asks the server that runs, or reads the file if none does.

          retry   sends those anew that failed, and the later parts of the same replies that failed with them; with --all
                  the dead letters that the filters let through, having said how many they are

        \(ListOptions.help)
          --state STATE       dead, all, pending, sending, sent, failed or dropped
          --all               all dead letters
          --yes               without asking
          --no-text           nothing of what is said
          --utc               times in UTC, not where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    private static let verbs: [ControlCommand.Verb] = [
        .init(name: "list", flags: ["--no-text"], hasFilters: true), .init(name: "show", operands: 1), RetryVerb.verb(),
    ]

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        try await ControlCommand(help: help, verbs: verbs).run(context) { verb, call in
            switch verb {
            case "show": return .report(try await show(call))
            case "retry":
                return try await RetryVerb(
                    list: "deliveries", one: "delivery", states: ["dead", "failed"], words: "is sent anew as"
                ).run(call)
            default: return .report(try await list(call))
            }
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        var found = try await call.filters.rows("deliveries", from: call.client)
        if call.options.has("--no-text") { found.rows = found.rows.map { $0.without("text") } }
        var table = TextTable(
            "DELIVERY", call.when, "APP", "USER", "STATE", "TRIES", "JOB", .free("TEXT"), .free("REASON"))
        for delivery in found.rows {
            table.add(
                delivery.shown("id"), delivery.minutes("accepted_at", in: call.zone), delivery.shown("app"),
                delivery.shown("user"), delivery.shown("state"), delivery.tries, delivery.shown("job"),
                delivery.shown("text"), delivery.fate)
        }
        let nothing = call.filters.state == nil ? "no dead letters\n" : "no such deliveries\n"
        return .init(
            json: ["deliveries": .array(found.rows), "next": found.next],
            text: found.rows.isEmpty ? nothing : table.text(width: call.width) + found.continuation)
    }

    private static func show(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let delivery = try await call.client.get("/v1/deliveries/\(try call.operand("DELIVERY"))")
        let lines = particulars([
            ("delivery", delivery.shown("id")), ("state", delivery.shown("state")),
            ("reason", printable(delivery["reason"]?.string ?? "", most: 600)), ("app", delivery.namedApp),
            ("user", delivery.shown("user")), ("job", delivery.shown("job")),
            ("attempts", String(delivery["attempts"]?.integer ?? 0)),
            ("accepted", delivery.wholeSeconds("accepted_at", in: call.zone)),
            ("last try", delivery.wholeSeconds("tried_at", in: call.zone)),
            ("due", delivery.wholeSeconds("due_at", in: call.zone)),
            ("ended", delivery.wholeSeconds("ended_at", in: call.zone)), ("times in", call.zone.name),
            ("msgid", delivery.shown("wecom_msgid")), ("retry of", delivery.shown("retry_of")),
            ("retried as", delivery.shown("retried_as")),
        ])
        let text = printable(delivery["text"]?.string ?? "", most: 2000)
        return .init(json: delivery, text: lines + (text.isEmpty ? "" : "\n  \(text)\n"))
    }
}

extension JSONValue {
    /// The reason why a delivery is where it is, and what went in its place.
    var fate: String {
        [self["reason"]?.string, self["retried_as"]?.string.map { "retried as \($0)" }].compactMap(\.self)
            .joined(separator: "; ")
    }

    /// An app by its name, and as WeCom knows it.
    var namedApp: String { "\(shown("app")) (\(shown("app_key")))" }
}
