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
        let isCommand = first.map { !$0.hasPrefix("-") } == true
        let name = isCommand ? rest.removeFirst() : command(for: first)
        if !isCommand, name != "serve" { rest.removeFirst() }
        guard let command = Commands.named(name) else {
            throw UsageError("there is no command \(name).\(suggestion(for: name))")
        }
        return try await command.run(CommandContext(arguments: Array(rest), environment: environment))
    }

    /// The command that an option alone stands for.
    private static func command(for option: String?) -> String {
        switch option {
        case "--help", "-h": "help"
        case "--version", "-V": "version"
        default: "serve"
        }
    }

    private static func suggestion(for name: String) -> String {
        guard let nearest = nearest(to: name, among: Commands.names) else { return "" }
        return " Did you mean \(nearest)?"
    }
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
