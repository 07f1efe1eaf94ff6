import JSON
import Router

/// The agent's description of itself when it is started.
struct ACPAgentInfo: Equatable {
    let version: Int64
    /// Its name and version, where it tells them.
    let description: String?
    /// The calls that take up a session which this process does not have open, best first.
    let waysBack: [String]
    let deletesSessions: Bool
    let takesImages: Bool
    let takesAudio: Bool
    let logins: [ACPLogin]

    /// The one version of the protocol that we speak.
    static let spokenVersion: Int64 = 1

    /// Reads the answer to `initialize`; `command` is how the agent was started.
    init(_ result: JSONValue, command: [String]) throws(AgentFailure) {
        guard let version = result["protocolVersion"]?.integer, version == ACPAgentInfo.spokenVersion else {
            let said = result["protocolVersion"].map { "version \($0.text.onOneLine(atMost: 40))" } ?? "no version"
            throw AgentFailure(.config, "the agent speaks \(said) of ACP, and we speak version 1")
        }
        self.version = version
        let capabilities = result["agentCapabilities"].orEmpty
        let sessions = capabilities["sessionCapabilities"].orEmpty
        waysBack =
            (sessions["resume"].isOffered ? ["session/resume"] : [])
            + (capabilities["loadSession"]?.bool == true ? ["session/load"] : [])
        deletesSessions = sessions["delete"].isOffered
        takesImages = capabilities["promptCapabilities"]?["image"]?.bool == true
        takesAudio = capabilities["promptCapabilities"]?["audio"]?.bool == true
        logins = (result["authMethods"]?.array ?? []).compactMap { ACPLogin($0, command: command) }
        let info = result["agentInfo"].orEmpty
        let words = [info["title"]?.string ?? info["name"]?.string, info["version"]?.string]
        let known = words.compactMap { $0?.onOneLine(atMost: 80) }.filter { !$0.isEmpty }
        description = known.isEmpty ? nil : known.joined(separator: " ")
    }
}

/// A way in which somebody can log in to an agent.
struct ACPLogin: Equatable {
    enum Way: Equatable {
        /// The agent does it when it is told to `authenticate`.
        case byAgent
        /// A person runs a command.
        case byCommand([String])
        case otherwise
    }

    let id: String
    let name: String
    let way: Way

    /// nil for what names no way. Agents hide commands in `_meta`, in ways that are theirs.
    init?(_ value: JSONValue, command: [String]) {
        guard let id = value["id"]?.shortString else { return nil }
        self.id = id
        name = (value["name"]?.string ?? id).onOneLine(atMost: 80)
        switch value["type"]?.shortString {
        case "terminal": way = .byCommand(command + ACPLogin.arguments(of: value))
        case nil, "agent": way = ACPLogin.hiddenCommand(in: value["_meta"]).map(Way.byCommand) ?? .byAgent
        default: way = .otherwise
        }
    }

    private static func hiddenCommand(in meta: JSONValue?) -> [String]? {
        guard case .object(let members)? = meta else { return nil }
        let commands = [meta!] + members.map(\.value)
        return commands.lazy.compactMap { value in
            value["command"]?.string.map { [$0] + arguments(of: value) }
        }.first
    }

    private static func arguments(of value: JSONValue) -> [String] {
        (value["args"]?.array ?? []).compactMap(\.string)
    }
}
