import Observability
import System

/// The surroundings of a command: its arguments, the environment, and where its output goes.
struct CommandContext: Sendable {
    let arguments: [String]
    let environment: [String: String]

    func print(_ text: String) { StandardOutput.write(text) }

    /// The configuration that `--config`, the environment or the working directory names.
    func configuration(_ options: Options) throws -> Configuration {
        try Configuration.load(
            file: options.value("--config"), environmentFile: options.value("--env-file"), environment: environment)
    }

    /// The place of the store in it, whatever else is wrong with it.
    func store(_ options: Options) throws -> Configuration.Store {
        try Configuration.loadStore(
            file: options.value("--config"), environmentFile: options.value("--env-file"), environment: environment)
    }

    /// The zone in which an operator is shown times: that of the configuration's people, or this machine's if they live in
    /// several or nobody can tell.
    func timeZone(_ options: Options) -> TimeZone {
        Configuration.timeZone(
            file: options.value("--config"), environmentFile: options.value("--env-file"), environment: environment)
            ?? .system
    }

    /// Makes the sink of log lines, as the configuration wants it.
    func logSink(_ log: Configuration.Log) -> LogSink {
        switch log.format {
        case .auto: .standardError(format: nil)
        case .json: .standardError(format: .json)
        case .text: .standardError(format: .text)
        }
    }
}

/// The command line is not understood.
struct UsageError: Error {
    let message: String
    let command: String?

    init(_ message: String, command: String? = nil) {
        self.message = message
        self.command = command
    }
}
