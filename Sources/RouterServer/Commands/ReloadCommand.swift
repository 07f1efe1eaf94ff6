import HTTP
import JSON
import System

enum ReloadCommand: Command {
    static let summary = "have a running server read its configuration again"

    static let help = CommandHelp(
        "reload",
        """
        Usage: wecom-router reload [--config FILE] [--json]

        Has the running server read its configuration again, as SIGHUP does: apps, agents, texts, limits and the log's level
        change without the loss of a connection, a turn or a message. Tells what has changed, and what waits for a restart.
        With a fault in the file nothing changes, and the faults are told; exit status 78.

        An app that is gone from the file takes no more callbacks, and finishes what it had accepted.

          --config FILE    the server's configuration, for the place of its store; the server reads the one it was started with
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
        do {
            let report = try await ControlClient.useServer(of: store) { try await $0.post("/v1/reload") }
            context.print(options.has("--json") ? report.text + "\n" : words(report))
            return .done
        } catch let complaint as ControlComplaint where complaint.status == .unprocessableContent {
            // As compilers report: each line begins with its place.
            StandardError.write("\(complaint.text)\n")
            return .configuration
        }
    }

    private static func words(_ report: JSONValue) -> String {
        var lines = ["apps", "bots", "agents"].compactMap { kind -> String? in
            let parts = ["added", "changed", "removed"].compactMap { what in
                names(report[kind]?[what]).map { "\(what) \($0)" }
            }
            return parts.isEmpty ? nil : "\(kind): \(parts.joined(separator: "; "))"
        }
        if let keys = names(report["settings"]) { lines.append("changed: \(keys)") }
        if lines.isEmpty { lines.append("nothing has changed that a reload puts in force") }
        if let apps = names(report["leaving"]) { lines.append("finishing what was accepted: \(apps)") }
        if let keys = names(report["needs_restart"]) { lines.append("needs a restart: \(keys)") }
        lines += report["warnings"]?.array?.compactMap(\.string).map { "warning: \($0)" } ?? []
        return lines.joined(separator: "\n") + "\n"
    }

    private static func names(_ list: JSONValue?) -> String? {
        let names = list?.array?.compactMap(\.string) ?? []
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
}
