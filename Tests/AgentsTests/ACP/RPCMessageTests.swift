import JSON
import Testing

@testable import Agents

@Suite struct RPCMessageTests {
    @Test("a method with an id is a request, whatever the id is, and without one a notification")
    func kinds() {
        for id: JSONValue in [0, "a", .null, .number(1.5)] {
            #expect(RPCMessage(["id": id, "method": "m"]) == .request(id: id, method: "m", params: [:]))
        }
        #expect(RPCMessage(["method": "m", "params": ["a": 1]]) == .notification(method: "m", params: ["a": 1]))
        #expect(RPCMessage(["id": [1], "method": "m"]) == nil)
        #expect(RPCMessage(["id": .string(String(repeating: "x", count: 2000)), "method": "m"]) == nil)
    }

    @Test("a result of null, an empty one and none are the same")
    func emptyResults() {
        for message: JSONValue in [["id": 3, "result": .null], ["id": 3, "result": [:]], ["id": 3, "error": .null]] {
            #expect(RPCMessage(message) == .result(of: 3, [:]))
        }
        #expect(RPCMessage(["id": "3", "result": 1]) == nil)
        #expect(RPCMessage([1, 2]) == nil)
    }

    @Test("an error is told with its message, its details and its code")
    func errors() {
        let value: JSONValue = ["code": -32603, "message": "Internal\nerror", "data": ["details": "model exploded"]]
        guard case .failure(of: 7, let error)? = RPCMessage(["id": 7, "error": value]) else {
            Issue.record("no failure")
            return
        }
        #expect(error.words(without: Redaction([String]())) == "Internal error: model exploded (-32603)")
        #expect(error.words(without: Redaction(["exploded" as String])) == "Internal error: model <secret> (-32603)")
        #expect(RPCError([]).code == RPCError.internalError)
    }

    @Test(
        "a session is lost by not being found, however the agent puts that",
        arguments: [
            (-32002, "Resource not found", true), (-32602, "Session not found: nope", true),
            (-32603, "Session Not Found", true), (-32602, "Invalid params", false), (-31002, "not found", false),
        ])
    func lostSessions(code: Int64, message: String, isLost: Bool) {
        let error = RPCError(["code": .integer(code), "message": .string(message)])
        #expect(error.tellsOfLostSession == isLost)
    }
}
