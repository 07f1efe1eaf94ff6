import JSON
import Router
import Testing

@testable import Agents

@Suite struct ACPChoicesTests {
    private static let modes: JSONValue = [
        "modes": [
            "currentModeId": "ask",
            "availableModes": [["id": "ask", "name": "Ask"], ["id": "code", "name": "Write Code"]],
        ]
    ]
    private static let options: JSONValue = [
        "modes": modes["modes"]!,
        "configOptions": [
            [
                "id": "m", "category": "mode", "currentValue": "code", "type": "select",
                "options": [["value": "code", "name": "Code"]],
            ],
            [
                "id": "llm", "category": "model", "currentValue": "a", "type": "select",
                "options": [["group": "g", "options": [["value": "b", "name": "B"]]]],
            ],
        ],
    ]

    private func call(_ result: JSONValue, _ category: String, _ wanted: String) throws -> JSONValue? {
        try ACPChoices(result).call(setting: category, to: wanted, of: "s").map { call in
            ["method": .string(call.method), "params": call.params]
        }
    }

    @Test("a mode is set by id or name, and not where it is set already")
    func modes() throws {
        let expected: JSONValue = ["method": "session/set_mode", "params": ["sessionId": "s", "modeId": "code"]]
        #expect(try call(ACPChoicesTests.modes, "mode", "code") == expected)
        #expect(try call(ACPChoicesTests.modes, "mode", "write code") == expected)
        #expect(try call(ACPChoicesTests.modes, "mode", "ask") == nil)
    }

    @Test("an agent that has options is set by them, and its modes do not count")
    func options() throws {
        #expect(
            try call(ACPChoicesTests.options, "model", "b") == [
                "method": "session/set_config_option", "params": ["sessionId": "s", "configId": "llm", "value": "b"],
            ])
        #expect(try call(ACPChoicesTests.options, "mode", "code") == nil)
        #expect(throws: AgentFailure(.config, "the agent has no mode ask; it has: code")) {
            try call(ACPChoicesTests.options, "mode", "ask")
        }
    }

    @Test("what an agent does not offer is a fault of the configuration")
    func notOffered() {
        #expect(throws: AgentFailure(.config, "the agent does not let its model be chosen, and b is wanted")) {
            try call(ACPChoicesTests.modes, "model", "b")
        }
        #expect(ACPChoices(.null).isEmpty)
        #expect(ACPChoices(["modes": .null, "configOptions": .null]).isEmpty)
    }
}
