import JSON
import Router
import Testing
import WeCom

@testable import Agents

@Suite struct ACPPermissionTests {
    private static let usual = ["allow_once", "allow_always", "allow_always", "reject_once"]

    private func permission(
        _ kinds: [String], title: String = "bash: rm", kind: String? = "execute", input: String? = nil
    ) -> ACPPermission {
        let options = kinds.enumerated().map { index, kind -> JSONValue in
            ["optionId": .string("o\(index)"), "name": .string("Option \(index)"), "kind": .string(kind)]
        }
        return ACPPermission(["options": .array(options)], of: .init(title: title, kind: kind, input: input))
    }

    private func question(_ permission: ACPPermission) throws -> Question {
        guard case .ask(let question) = permission.verdict(by: PermissionPolicy(), saying: .english) else {
            throw AgentFailure(.config, "no question")
        }
        return question
    }

    @Test("people are asked with the agent's options in its order, a no in red and a single yes up front")
    func question() throws {
        let question = try question(permission(ACPPermissionTests.usual, input: "rm -v x"))
        #expect(question.title == "Please allow: bash: rm")
        #expect(question.detail == "rm -v x")
        #expect(question.options.map(\.id) == ["o0", "o1", "o2", "o3"])
        #expect(question.options.map(\.label) == ["Option 0", "Option 1", "Option 2", "Option 3"])
        #expect(question.options.map(\.style) == [.encouraged, .plain, .plain, .dangerous])
    }

    @Test("of many options six are shown, and a no is among them")
    func manyOptions() throws {
        let kinds = Array(repeating: "allow_always", count: 7) + ["reject_always", "reject_once"]
        #expect(try question(permission(kinds)).options.map(\.id) == ["o0", "o1", "o2", "o3", "o4", "o8"])
    }

    @Test("a policy picks by kind: once rather than always")
    func policies() {
        let usual = permission(["allow_always", "reject_always", "allow_once", "reject_once"])
        #expect(usual.verdict(by: PermissionPolicy(.allow), saying: .english) == .answer(.selected("o2")))
        #expect(usual.verdict(by: PermissionPolicy(.deny), saying: .english) == .answer(.selected("o3")))
        let noNo = permission(["allow_always"])
        #expect(noNo.verdict(by: PermissionPolicy(.allow), saying: .english) == .answer(.selected("o0")))
        #expect(noNo.verdict(by: PermissionPolicy(.deny), saying: .english) == .answer(.cancelled))
        #expect(permission([]).verdict(by: PermissionPolicy(), saying: .english) == .answer(.cancelled))
    }

    @Test("where nothing can be allowed, a policy that allows leaves it to the person")
    func nothingToAllow() throws {
        let onlyNo = permission(["reject_once"])
        guard case .ask = onlyNo.verdict(by: PermissionPolicy(.allow), saying: .english) else {
            Issue.record("not asked")
            return
        }
    }

    @Test("a question that ran out is a no, and so is a choice that was not offered")
    func expired() {
        #expect(permission(ACPPermissionTests.usual).outcome(of: .expired) == .selected("o3"))
        #expect(permission(["allow_once"]).outcome(of: .expired) == .cancelled)
        let chosen = Answer.chosen(["o1"], by: UserID("a"))
        #expect(permission(ACPPermissionTests.usual).outcome(of: chosen) == .selected("o1"))
        #expect(permission(["reject_once"]).outcome(of: chosen) == .selected("o0"))
    }

    @Test("a tool's kind and name have policies of their own, the name before the kind")
    func byTool() {
        let policy = PermissionPolicy(.ask, byTool: ["Read": .allow, "execute": .deny, "bash: ls": .allow])
        #expect(policy.decision(forTool: "x", kind: "READ") == .allow)
        #expect(policy.decision(forTool: "BASH: LS", kind: "execute") == .allow)
        #expect(policy.decision(forTool: "x", kind: "edit") == .ask)
        #expect(policy.decision(forTool: "x", kind: nil) == .ask)
    }

    @Test("a command that is called like a kind of tool does not get that kind's permission")
    func disguise() {
        let policy = PermissionPolicy(.deny, byTool: ["read": .allow])
        let command = permission(ACPPermissionTests.usual, title: "read", kind: "execute")
        #expect(command.verdict(by: policy, saying: .english) == .answer(.selected("o3")))
        let read = permission(ACPPermissionTests.usual, title: "notes.txt", kind: "read")
        #expect(read.verdict(by: policy, saying: .english) == .answer(.selected("o0")))
    }
}
