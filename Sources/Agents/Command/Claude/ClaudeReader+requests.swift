import JSON
import Router

extension ClaudeReader {
    /// The program wants something of us.
    func request(_ line: JSONValue) -> [LineEffect] {
        guard let id = line["request_id"]?.shortString, let request = line["request"] else { return [] }
        let answers = ClaudeAnswers(id: id, isChinese: language == .chinese)
        guard request["subtype"] == "can_use_tool", let tool = request["tool_name"]?.shortString else {
            return [.write(answers.error("not supported"))]
        }
        let input = request["input"] ?? [:]
        let decision = permissions.decision(forTool: tool, kind: nil)
        if decision == .deny { return [.write(answers.deny(answers.byRule))] }
        if tool == ClaudeQuestions.tool {
            // Only people have answers: nothing can allow it in their place.
            return [ClaudeQuestions(input, answers).map { .ask($0) } ?? .write(answers.error("it cannot be asked"))]
        }
        if decision == .allow { return [.write(answers.allow(input))] }
        return [.ask(ClaudePermission(request, tool: tool, input, texts, answers))]
    }
}

/// The lines that answer one request.
struct ClaudeAnswers: Sendable {
    let id: String
    let isChinese: Bool

    func allow(_ input: JSONValue) -> JSONValue { response(["behavior": "allow", "updatedInput": input]) }
    func deny(_ reason: String) -> JSONValue { response(["behavior": "deny", "message": .string(reason)]) }

    func error(_ reason: String) -> JSONValue {
        [
            "type": "control_response",
            "response": ["subtype": "error", "request_id": .string(id), "error": .string(reason)],
        ]
    }

    private func response(_ response: JSONValue) -> JSONValue {
        [
            "type": "control_response",
            "response": ["subtype": "success", "request_id": .string(id), "response": response],
        ]
    }

    // MARK: What the model reads

    var byRule: String { isChinese ? "管理员的设置不允许" : "The administrator's settings do not allow it" }
    var byUser: String { isChinese ? "用户拒绝" : "The user said no" }
    var expired: String { isChinese ? "用户没有及时回答" : "The user did not answer in time" }
}
