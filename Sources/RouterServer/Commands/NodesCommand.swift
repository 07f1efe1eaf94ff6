import JSON
import System

enum NodesCommand: Command {
    static let summary = "the processes that share the store, and which of them live"

    static let help = CommandHelp(
        "nodes",
        """
        Usage: wecom-router nodes [--utc] [--json] [--config FILE]

        The processes that serve this store: one over a file, any number over a database. One that was not heard of for 20
        seconds is silent: others take over what it had, its turns after three minutes. A day later it is forgotten. Asks the
        server that runs, or reads the database if none does here.

          --utc               times in UTC, not where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let command = ControlCommand(help: help, verbs: [.init(name: "list")], filters: [])
        return try await command.run(context) { _, call in .report(try await list(call)) }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let nodes = try await call.client.get("/v1/nodes")
        let rows = nodes["nodes"]?.array ?? []
        var table = TextTable(
            "NODE", "STATE", "VERSION", "SCHEMA", .init("STARTED (\(call.zone.place))"), "SEEN")
        for node in rows {
            table.add(
                node.shown("node"), node.shown("state"), node.shown("version"),
                String(node["schema"]?.integer ?? 0), node.minutes("started_at", in: call.zone),
                node.wholeSeconds("seen_at", in: call.zone))
        }
        return .init(json: nodes, text: rows.isEmpty ? "no server runs\n" : table.text(width: call.width))
    }
}
