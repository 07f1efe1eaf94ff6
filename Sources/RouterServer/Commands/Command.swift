/// A command of the program, as `wecom-router NAME`.
protocol Command: SendableMetatype {
    static var help: CommandHelp { get }
    /// A line in the overview.
    static var summary: String { get }

    static func run(_ context: CommandContext) async throws -> ExitStatus
}

extension Command {
    static var name: String { help.command }
}

/// All commands there are.
enum Commands {
    /// In the order of the overview.
    static var all: [any Command.Type] {
        [
            ServeCommand.self,
            DemoCommand.self,
            SimulateCommand.self,
            InitCommand.self,
            ImportCommand.self,
            CheckCommand.self,
            SendCommand.self,
            JobsCommand.self,
            SessionsCommand.self,
            BotsCommand.self,
            DeliveriesCommand.self,
            StatsCommand.self,
            NodesCommand.self,
            StoreCommand.self,
            AdminCommand.self,
            ReloadCommand.self,
            SecretCommand.self,
            HealthCommand.self,
            CompletionCommand.self,
            VersionCommand.self,
            HelpCommand.self,
        ]
    }

    static var names: [String] { all.map { $0.name } }

    static func named(_ name: String) -> (any Command.Type)? { all.first { $0.name == name } }
}
