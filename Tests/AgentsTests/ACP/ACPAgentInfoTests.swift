import JSON
import Router
import Testing

@testable import Agents

@Suite struct ACPAgentInfoTests {
    private func info(_ result: JSONValue) throws -> ACPAgentInfo {
        try ACPAgentInfo(result, command: ["vibe", "acp"])
    }

    @Test("an agent that tells its version and nothing else can nothing else")
    func least() throws {
        let info = try info(["protocolVersion": 1])
        #expect(info.waysBack.isEmpty && !info.takesImages && !info.takesAudio && info.logins.isEmpty)
        #expect(info.description == nil)
    }

    @Test("what is null is not offered, and what is an empty object is")
    func offers() throws {
        let capabilities: JSONValue = [
            "loadSession": true, "promptCapabilities": ["image": true, "audio": .null],
            "sessionCapabilities": ["resume": [:], "delete": .null],
        ]
        let info = try info([
            "protocolVersion": 1, "agentCapabilities": capabilities,
            "agentInfo": ["name": "n", "title": "Vibe\n", "version": "3"],
        ])
        #expect(info.waysBack == ["session/resume", "session/load"])
        #expect(info.takesImages && !info.takesAudio && !info.deletesSessions)
        #expect(info.description == "Vibe 3")
    }

    @Test(
        "any version but 1 is a fault of the configuration that names it", arguments: [0, 2, "1", .null] as [JSONValue])
    func versions(version: JSONValue) {
        let failure = #expect(throws: AgentFailure.self) { try info(["protocolVersion": version]) }
        #expect(failure?.kind == .config)
        #expect(failure?.reason.contains(version.text) == true)
    }

    @Test("a login is the agent's own, or a command that a person runs, also where it is hidden")
    func logins() throws {
        let methods: JSONValue = [
            ["id": "a", "name": "A"], ["id": "b", "type": "agent"],
            ["id": "c", "type": "terminal", "args": ["--login"]],
            ["id": "d", "_meta": ["terminal-auth": ["command": "kimi", "args": ["login"]]]],
            ["id": "e", "type": "env_var"], ["name": "nameless"],
        ]
        let logins = try info(["protocolVersion": 1, "authMethods": methods]).logins
        #expect(
            logins.map(\.way) == [
                .byAgent, .byAgent, .byCommand(["vibe", "acp", "--login"]), .byCommand(["kimi", "login"]), .otherwise,
            ])
    }
}
