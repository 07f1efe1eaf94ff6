import Agents
import HTTP
import JSON
import System

/// The reach of an agent on this machine, as far as the configuration decides: in words and for programs.
struct AgentReach: Sendable {
    let name: String
    let agent: Configuration.Agent
    /// The files that are ours.
    let hidden: [String]

    private var command: AgentCommand? { agent.program?.command }

    /// Its program runs as the user that we run as.
    private var isOurUser: Bool {
        guard let user = command?.user else { return true }
        return (try? SystemUser.named(user))??.id == Process.user
    }

    private var userName: String { command?.user ?? SystemUser.name(of: Process.user) }

    /// The directories in which it may write besides its conversation's.
    private var writable: [String] {
        guard let command else { return [] }
        guard !isOurUser, let home = command.user.flatMap({ (try? SystemUser.named($0))??.home }), home != "/" else {
            return command.writable
        }
        return command.writable + [home]
    }

    private var maySignalUs: Bool {
        guard let command else { return false }
        return isOurUser && !(command.isShutIn && Landlock.version >= Landlock.firstWithScopes)
    }

    // MARK: In words

    var line: String { "agent \(name): \(words)" }

    private func asked(at server: ServerAccess) -> String {
        "runs nothing here; is asked at \(HostField(ofURL: server.baseURL).name)"
    }

    private var words: String {
        switch agent.kind {
        case .echo: return "runs nothing and reaches nothing"
        case .openai(let options): return asked(at: options.access)
        case .responses(let options): return asked(at: options.access)
        case .hermes(let options): return asked(at: options.access)
        case .dify(let options): return asked(at: options.access)
        case .http(let options): return "runs nothing here; is sent to \(HostField(ofURL: options.url).name)"
        case .command, .acp: break
        }
        let who = isOurUser ? "our own user (\(userName))" : "the user \(userName)"
        guard let command, command.isShutIn else {
            let deeds =
                isOurUser
                ? "reads and writes whatever we do, \(list(hidden)) too, and can end this server"
                : "does what that user may"
            return "its program runs as \(who), not in a sandbox: it \(deeds); any network"
        }
        return
            "its program runs as \(who), in a sandbox: it writes in \(list(["its conversation's directory"] + writable)); "
            + "it reads the system, but not \(list(hidden))"
            + (command.readable.isEmpty ? "" : ", save \(list(command.readable))")
            + (maySignalUs ? "; it can end this server, for which Linux 6.12 has a remedy" : "") + "; any network"
    }

    private func list(_ items: [String]) -> String {
        let most = 6
        return items.prefix(most).joined(separator: ", ")
            + (items.count > most ? " and \(items.count - most) more" : "")
    }

    // MARK: For programs

    var json: JSONValue {
        guard let command else {
            return ["agent": .string(name), "runs": false]
        }
        let isShutIn = command.isShutIn
        return [
            "agent": .string(name), "runs": true, "user": .string(userName), "own_user": .bool(isOurUser),
            "sandbox": .bool(isShutIn),
            "writes": isShutIn ? paths(["its conversation's directory"] + writable) : .null,
            "hidden": paths(isShutIn ? hidden : []), "readable": paths(command.readable),
            "signals_us": .bool(maySignalUs), "network": "any",
        ]
    }

    private func paths(_ paths: [String]) -> JSONValue { .array(paths.map { .string($0) }) }
}

extension Configuration {
    /// The reach of each agent, by name.
    var reaches: [AgentReach] {
        var seen: Set<String> = []
        let hidden = (secretFiles + [hiddenStore, workers.directory].compactMap(\.self))
            .filter { seen.insert($0).inserted }
        return agents.sorted { $0.key < $1.key }.map { AgentReach(name: $0.key, agent: $0.value, hidden: hidden) }
    }
}
