import JSON
import System

enum BotsCommand: Command {
    static let summary = "AI bots and their connections: list, show, reconnect, disconnect"

    static let help = CommandHelp(
        "bots",
        """
        Usage: wecom-router bots [list] [--limit COUNT] [--before NAME] [--utc] [--json] [--config FILE]
               wecom-router bots show [NAME] [--utc] [--json]
               wecom-router bots reconnect NAME [--json]
               wecom-router bots disconnect NAME [--json]

        The AI bots, and whether they hear. Asks the server that runs, or reads the file if none does.

          show         all of one; without a NAME the default_bot, or the only bot there is
          reconnect    has a bot with a long connection connect anew, also one that was displaced, refused or disconnected
          disconnect   ends its connection, until reconnect: restarts and reloads leave it so

          --limit COUNT       at most so many (50)
          --before NAME       those behind it: the next page
          --utc               times in UTC, not where the configuration's people are
          --json              as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let verbs: [ControlCommand.Verb] = [
            .init(name: "list", hasFilters: true), .init(name: "show", operands: 1),
            .init(name: "reconnect", operands: 1), .init(name: "disconnect", operands: 1),
        ]
        let command = ControlCommand(help: help, verbs: verbs, filters: ["--limit", "--before"])
        return try await command.run(context) { verb, call in
            switch verb {
            case "show": .report(try await show(call))
            case "reconnect": .report(try await reconnect(call))
            case "disconnect": .report(try await disconnect(call))
            default: .report(try await list(call))
            }
        }
    }

    private static func list(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let found = try await call.filters.rows("bots", from: call.client)
        var table = TextTable(
            "BOT", "MODE", "STATE", "OWNER", "AGENT", .init("HEARD (\(call.zone.place))"), "RECONNECTS", .free("WHY"))
        for bot in found.rows {
            table.add(
                bot.shown("bot"), bot.shown("mode"), bot.shown("state"), bot.shown("owner"), bot.shown("agent"),
                bot.minutes("last_callback_at", in: call.zone), String(bot["reconnects"]?.integer ?? 0), bot.trouble)
        }
        return .init(
            json: ["bots": .array(found.rows), "next": found.next],
            text: found.rows.isEmpty ? "no such bots\n" : table.text(width: call.width) + found.continuation)
    }

    private static func show(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let bot = try await call.client.get("/v1/bots/\(try await name(call))")
        let lines = particulars([
            ("bot", "\(bot.shown("bot")) (\(bot.shown("bot_key")))"), ("mode", bot.shown("mode")),
            ("state", bot.shown("state") + (bot["leaving"]?.bool == true ? ", leaving" : "")),
            ("since", bot.wholeSeconds("since", in: call.zone)),
            ("reason", printable(bot["reason"]?.string ?? "", most: 600)),
            ("off", printable(bot["off"]?.string ?? "", most: 600)), ("bot id", bot.shown("bot_id")),
            ("agent", bot.shown("agent")), ("owner", bot.shown("owner")),
            ("connected", bot.wholeSeconds("last_connected_at", in: call.zone)),
            ("lost", bot.wholeSeconds("last_disconnected_at", in: call.zone)),
            ("heard", bot.wholeSeconds("last_callback_at", in: call.zone)),
            ("heartbeat", bot.wholeSeconds("last_heartbeat_at", in: call.zone)), ("times in", call.zone.name),
            ("reconnects", String(bot["reconnects"]?.integer ?? 0)),
            ("last error", printable(bot["last_error"]?.string ?? "", most: 600)),
            ("error at", bot.wholeSeconds("last_error_at", in: call.zone)),
        ])
        return .init(json: bot, text: lines)
    }

    /// The bot that is named, or the one that is meant.
    private static func name(_ call: ControlCommand.Call) async throws -> String {
        guard call.operands.isEmpty else { return try call.operand("NAME") }
        let page = try await call.client.get("/v1/bots", [(name: "limit", value: "50")])
        if let name = page["default_bot"]?.string { return name }
        let bots = page["bots"]?.array ?? []
        guard bots.count == 1, let only = bots[0]["bot"]?.string else {
            let names = bots.map { $0.shown("bot") }.joined(separator: ", ")
            throw call.misuse(
                bots.isEmpty ? "there are no bots." : "NAME is missing, and there is no default_bot: \(names).")
        }
        return only
    }

    // MARK: Steering

    /// The longest wait for what becomes of a connection.
    private static let patience = Duration.seconds(20)

    private static func reconnect(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let name = try call.operand("NAME")
        var bot = try await call.client.post("/v1/bots/\(name)/reconnect")
        guard call.client.reachesServer else {
            return .init(json: bot, text: "\(name) connects when a server starts\n")
        }
        let began = MonotonicTime.now
        while bot.isUnderWay, MonotonicTime.now.since(began) < patience {
            try await Task.sleep(for: .milliseconds(200))
            bot = try await call.client.get("/v1/bots/\(name)")
        }
        if bot.shown("state") == "ready" { return .init(json: bot, text: "\(name) is connected\n") }
        return .init(
            json: bot, text: "", failures: ["\(name) is \(bot.shown("state")): \(bot.trouble)"])
    }

    private static func disconnect(_ call: ControlCommand.Call) async throws -> ControlCommand.Report {
        let name = try call.operand("NAME")
        let bot = try await call.client.post("/v1/bots/\(name)/disconnect")
        return .init(json: bot, text: "\(name) is disconnected, until: wecom-router bots reconnect \(name)\n")
    }
}

extension JSONValue {
    /// The reason why a bot hears nothing, or heard nothing last; none of one that hears.
    fileprivate var trouble: String {
        if self["state"]?.string == "ready" { return "" }
        return printable(self["off"]?.string ?? self["last_error"]?.string ?? self["reason"]?.string ?? "", most: 600)
    }

    fileprivate var isUnderWay: Bool { ["connecting", "subscribing"].contains(self["state"]?.string) }
}
