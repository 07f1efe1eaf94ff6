package import Router
package import System
import Text
import WeCom

/// Starts the programs of agents, in their users' names and directories.
package struct ProgramHost: Sendable {
    package let spawner: Spawner
    package let workspaces: WorkspaceFolder
    /// Our own environment, of which programs get what they are meant to.
    package let environment: [String: String]
    /// The files of ours that are hidden from every program that is shut in.
    let hidden: [String]

    package init(
        spawner: Spawner, workspaces: WorkspaceFolder, environment: [String: String], hidden: [String] = []
    ) {
        self.spawner = spawner
        self.workspaces = workspaces
        self.environment = environment
        self.hidden = hidden
    }

    /// The variables that every program gets, if we have them, besides those of the configuration.
    package static let usualVariables = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"]

    /// The directory of a turn's conversation, made ready for the command's user. The person is told by `attendant` where files of before
    /// are missing in it.
    package func workspace(
        of turn: Turn, for command: AgentCommand, attendedBy attendant: (any TurnAttendant)? = nil
    ) async throws -> Workspace {
        do {
            return try await workspaces.workspace(of: turn, ownedBy: try await user(of: command)) {
                try await attendant?.tellOfLostFiles()
            }
        } catch let error where !(error is CancellationError || error is AgentFailure) {
            throw AgentFailure(.transient, "the working directory cannot be made ready: \(error)")
        }
    }

    /// Starts the command in a directory, with arguments and variables of ours behind its own. The directory is its home
    /// where nothing else is. Its failure says what is wrong and whether it may pass.
    package func start(
        _ command: AgentCommand, _ arguments: [String] = [], variables: [String: String] = [:], in directory: String
    ) async throws -> RunningProgram {
        let user = try await user(of: command)
        let sandbox = try await sandbox(of: command, user, in: directory)
        let start = ProgramStart(
            command.program, Array(command.words.dropFirst()) + arguments,
            environment: environment(of: command, user, in: directory, variables), in: directory,
            user: user,
            limits: command.limits, sandbox: sandbox)
        do {
            return try await spawner.start(start)
        } catch {
            throw AgentFailure(error)
        }
    }

    private func environment(
        of command: AgentCommand, _ user: SystemUser?, in directory: String, _ turn: [String: String]
    ) -> [String: String] {
        var variables: [String: String] = [:]
        for name in ProgramHost.usualVariables { variables[name] = environment[name] }
        if command.isShutIn {
            // It could not write in ours.
            variables["HOME"] = nil
            variables["TMPDIR"] = "\(directory)/\(Workspace.temporaryName)"
        }
        for name in command.passedVariables { variables[name] = environment[name] ?? variables[name] }
        if let user {
            variables["HOME"] = user.home
            variables["USER"] = user.name
        }
        for (name, value) in command.environment { variables[name] = value.reveal() }
        // Without one, shells go by the password file, and read what our own user has set for theirs.
        if variables["HOME"] == nil { variables["HOME"] = directory }
        // The time zone of the app's people, but for a program that has one of its own.
        let zone = command.environment["TZ"]?.reveal()
        return variables.merging(turn) { $1 }.merging(zone.map { ["TZ": $0] } ?? [:]) { $1 }
    }

    func user(of command: AgentCommand) async throws -> SystemUser? {
        guard let name = command.user else { return nil }
        do {
            let user = try await BlockingThreads.disk.run { () throws(SystemError) in try SystemUser.named(name) }
            guard let user else { throw AgentFailure(.config, "there is no user \(name) on this machine") }
            return user
        } catch let error as SystemError {
            throw AgentFailure(.transient, "the user \(name) cannot be looked up: \(error)")
        }
    }

    /// Finds the command's program where `start` would; nil where it is not.
    package func find(_ command: AgentCommand) -> String? {
        if command.program.has("/") { return isExecutable(command.program) ? command.program : nil }
        let path = command.environment["PATH"]?.reveal() ?? environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let directories = path.split(separator: ":")  // short: our own PATH
        return directories.map { "\($0)/\(command.program)" }.first(where: isExecutable)
    }
}

extension AgentFailure {
    /// The reason why a program was not started, by what is to be done about it.
    init(_ error: SpawnError) {
        switch error {
        case .notFound, .noInterpreter, .notExecutable, .noDirectory, .noUser, .limitRefused, .noSandbox, .unacceptable:
            self.init(.config, "\(error)")
        case .tooMany: self.init(.rate, "\(error)", retryAfter: .seconds(5))
        case .unavailable: self.init(.away, "\(error)")
        case .closed: self.init(.transient, "\(error)")
        }
    }
}
