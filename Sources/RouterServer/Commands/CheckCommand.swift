import JSON
import System

enum CheckCommand {
    static let help = """
        Usage: wecom-router check [--config FILE] [--json]

        Reads the configuration and reports every fault in it at once, each with file, line and column, what is wrong and
        what would be right; then what works but is probably not meant. Exit status 78 if there is a fault.

          --config FILE   the configuration; else $WECOM_ROUTER_CONFIG, else ./config.yaml, else the environment alone
          --json          one JSON object with faults and warnings

        """

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: "check", flags: ["--json"], values: ["--config"])
        if options.asksForHelp {
            context.print(help)
            return .done
        }
        do {
            let configuration = try context.configuration(options)
            context.print(options.has("--json") ? json([], configuration.warnings) : text(configuration))
            return .done
        } catch ConfigurationError.faults(let faults, let warnings) where options.has("--json") {
            context.print(json(faults, warnings))
            return .configuration
        }
    }

    private static func text(_ configuration: Configuration) -> String {
        var lines = configuration.warnings.map { "\($0.place): warning: \($0.message)" }
        lines += configuration.apps.map { app in
            "app \(app.name): \(app.corpID)/\(app.agentID), answered by \(app.agent), "
                + "callbacks at \(configuration.server.path)/\(app.name)"
        }
        let count = configuration.warnings.count
        lines.append(
            "\(configuration.source) is in order"
                + (count == 0 ? "" : count == 1 ? ", with 1 warning" : ", with \(count) warnings"))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func json(_ faults: [Fault], _ warnings: [Fault]) -> String {
        func list(_ faults: [Fault]) -> JSONValue {
            .array(faults.map { ["place": .string($0.place.description), "message": .string($0.message)] })
        }
        let report: JSONValue = [
            "ok": .bool(faults.isEmpty), "faults": list(faults), "warnings": list(warnings),
        ]
        return report.text + "\n"
    }
}
