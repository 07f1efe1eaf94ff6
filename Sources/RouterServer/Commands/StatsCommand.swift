import JSON
import System

enum StatsCommand: Command {
    static let summary = "how many jobs there were, by app, user, agent, day or outcome"

    static let help = CommandHelp(
        "stats",
        """
        Usage: wecom-router stats [--by app|user|agent|day|outcome] [FILTERS] [--utc] [--json] [--config FILE]

        How many jobs there were, and what became of them, by app unless told otherwise. Counts what the store keeps
        (store.retention: 30 days, a million jobs). A retry is a job of its own. Asks the server that runs, or reads the file
        if none does.

          --by WORD           app, user, agent, day or outcome; agent is that of the last turn
          --app NAME          of this app, by its name or as corp_id/agent_id
          --user [CORP:]ID    of this person
          --since TIME        since \(TimeWords.help)
          --older-than TIME   older than that
          --limit COUNT       at most so many lines (50), those with the most jobs, or the latest days
          --utc               days of UTC, not of where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let command = ControlCommand(
            help: help, verbs: [.init(name: "count", values: ["--by"], hasFilters: true)],
            filters: ["--app", "--user", "--since", "--older-than", "--limit"])
        return try await command.run(context) { _, call in .report(try await count(call)) }
    }

    private static func count(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let grouping = call.options.value("--by") ?? "app"
        var sums = Sums(by: grouping)
        var zone = call.zone.name
        // What a page looks at is bounded, so that nobody waits for us meanwhile.
        try await call.filters.pages(
            "stats", from: call.client,
            and: [(name: "by", value: grouping)]
                + (call.zone.variable.map { [(name: "timezone", value: $0)] } ?? [])
        ) { page in
            zone = page.shown("timezone")
            for row in page["stats"]?.array ?? [] { sums.add(row) }
        }
        let rows = sums.rows(most: call.filters.limit ?? 50)
        let heading = grouping == "day" ? "DAY (\(zone))" : grouping.uppercased()
        var table = TextTable(
            .free(heading), "JOBS", "DONE", "FAILED", "CANCELLED", "OPEN", "TRIES", "ANSWERED AFTER", "AT MOST")
        for row in rows.shown {
            table.add(
                row.shown(grouping), row.count("jobs"), row.count("done"), row.count("failed"), row.count("cancelled"),
                row.count("open"), row.count("attempts"), row.mean, row.time("longest_answer_milliseconds"))
        }
        let rest = rows.rest > 0 ? "… and \(rows.rest) more; see --limit\n" : ""
        return .init(
            json: [
                "by": .string(grouping), "timezone": .string(zone), "stats": .array(rows.shown),
                "left_out": .integer(Int64(rows.rest)),
            ],
            text: rows.shown.isEmpty ? "no such jobs\n" : table.text(width: call.width) + rest)
    }
}

/// The rows of several pages, added up.
private struct Sums {
    private let grouping: String
    private var rows: [String: [String: Int64]] = [:]
    private var keys: [String: JSONValue] = [:]

    /// Groups beyond are counted together.
    private static let most = 100_000
    private static let names = [
        "jobs", "done", "failed", "cancelled", "open", "attempts", "answer_milliseconds",
        "longest_answer_milliseconds",
    ]

    init(by grouping: String) { self.grouping = grouping }

    mutating func add(_ row: JSONValue) {
        var name = (row["app_key"] ?? row[grouping])?.string ?? ""
        if rows[name] == nil, rows.count >= Sums.most { name = "other" }
        if keys[name] == nil { keys[name] = name == "other" ? .object([.init(grouping, "other")]) : row }
        for count in Sums.names {
            let value = row[count]?.integer ?? 0
            let sum = rows[name, default: [:]][count] ?? 0
            rows[name, default: [:]][count] = count.hasPrefix("longest") ? max(sum, value) : sum + value
        }
    }

    func rows(most: Int) -> (shown: [JSONValue], rest: Int) {
        let sorted = rows.sorted { a, b in
            let counts = (a.value["jobs"] ?? 0, b.value["jobs"] ?? 0)
            return grouping == "day" || counts.0 == counts.1
                ? (grouping == "day") == (a.key > b.key) : counts.0 > counts.1
        }
        let shown = sorted.prefix(most).map { name, counts -> JSONValue in
            let own = [grouping, "app_key"].compactMap { member in
                keys[name]?[member].map { JSONValue.Member(member, $0) }
            }
            return .object(own + Sums.names.map { .init($0, .integer(counts[$0] ?? 0)) })
        }
        return (shown, sorted.count - shown.count)
    }
}

extension JSONValue {
    fileprivate func count(_ name: String) -> String { String(self[name]?.integer ?? 0) }

    fileprivate func time(_ name: String) -> String { Duration.milliseconds(self[name]?.integer ?? 0).short }

    fileprivate var mean: String {
        let done = self["done"]?.integer ?? 0
        return done > 0 ? Duration.milliseconds((self["answer_milliseconds"]?.integer ?? 0) / done).short : ""
    }
}
