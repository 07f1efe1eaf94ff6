import System
import Text

/// `wecom-router COMMAND`: finds the command and turns its end into an exit status.
package enum CommandLineTool {
    /// Runs what the arguments (without the program's name) say.
    package static func run(_ arguments: [String], environment: [String: String]) async -> ExitStatus {
        do {
            return try await dispatch(arguments, environment)
        } catch let error as UsageError {
            complain(error.message + "\n" + "For help: wecom-router \(error.command.map { "\($0) " } ?? "")--help")
            return .usage
        } catch let error as ConfigurationError {
            // As compilers report: each line begins with its place, and what is to be copied can be.
            StandardError.write(error.description + "\n")
            return .configuration
        } catch {
            complain("\(error)")
            return .failed
        }
    }

    private static func dispatch(_ arguments: [String], _ environment: [String: String]) async throws -> ExitStatus {
        var rest = arguments[...]
        let first = rest.first
        // `serve` is the default: options alone belong to it.
        let name = first.map { !$0.hasPrefix("-") } == true ? rest.removeFirst() : defaultCommand(&rest)
        let context = CommandContext(arguments: Array(rest), environment: environment)
        switch name {
        case "serve": return try await ServeCommand.run(context)
        case "demo": return try await DemoCommand.run(context)
        case "simulate": return try await SimulateCommand.run(context)
        case "check": return try await CheckCommand.run(context)
        case "reload": return try await ReloadCommand.run(context)
        case "health": return try await HealthCommand.run(context)
        case "send": return try await SendCommand.run(context)
        case "jobs": return try await JobsCommand.run(context)
        case "sessions": return try await SessionsCommand.run(context)
        case "stats": return try await StatsCommand.run(context)
        case "deliveries": return try await DeliveriesCommand.run(context)
        case "secret": return try SecretCommand.run(context)
        case "version": return try VersionCommand.run(context)
        case "help":
            if let topic = rest.first, let help = help(for: topic) {
                context.print(help)
            } else {
                context.print(overview)
            }
            return .done
        default: throw UsageError("there is no command \(name).\(suggestion(for: name))")
        }
    }

    private static func defaultCommand(_ arguments: inout ArraySlice<String>) -> String {
        switch arguments.first {
        case "--help", "-h":
            arguments.removeFirst()
            return "help"
        case "--version", "-V":
            arguments.removeFirst()
            return "version"
        default: return "serve"
        }
    }

    private static func suggestion(for name: String) -> String {
        guard let nearest = nearest(to: name, among: commands) else { return "" }
        return " Did you mean \(nearest)?"
    }

    private static let commands = [
        "serve", "demo", "simulate", "check", "send", "jobs", "sessions", "deliveries", "stats", "reload", "secret",
        "health", "version", "help",
    ]

    private static func help(for command: String) -> String? {
        switch command {
        case "serve": ServeCommand.help
        case "demo": DemoCommand.help
        case "simulate": SimulateCommand.help
        case "check": CheckCommand.help
        case "reload": ReloadCommand.help
        case "health": HealthCommand.help
        case "send": SendCommand.help
        case "jobs": JobsCommand.help
        case "sessions": SessionsCommand.help
        case "stats": StatsCommand.help
        case "deliveries": DeliveriesCommand.help
        case "secret": SecretCommand.help
        case "version": VersionCommand.help
        default: nil
        }
    }

    private static let overview = """
        wecom-router puts AI agents behind WeCom (企业微信) apps.

        Usage: wecom-router [COMMAND] [OPTIONS]

          serve      run the service (the default)
          demo       router, simulated WeCom and a chat on this machine: no configuration, no account
          simulate   the simulated WeCom alone, for a router of yours
          check      every fault of the configuration, with its line; --online asks WeCom, too
          send       have an app send a message
          jobs       what became of messages: list, show, cancel, retry
          sessions   what agents remember: list, reset
          deliveries what did not go out: list, show, retry
          stats      how many jobs there were, by app, user, agent, day or outcome
          reload     have a running server read its configuration again
          secret     encrypt secrets for the configuration, change their key
          health     ask a running server whether it answers
          version    version, build, libraries

        wecom-router COMMAND --help tells a command's options.
        Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.

        """
}

/// The fixed exit statuses.
package enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case usage = 2
    case interrupted = 130
    /// `EX_CONFIG` of sysexits.h.
    case configuration = 78
}

/// Tells on standard error, with the program's name before every line.
func complain(_ text: String) {
    StandardError.write(text.lines.map { "wecom-router: \($0)\n" }.joined())
}
