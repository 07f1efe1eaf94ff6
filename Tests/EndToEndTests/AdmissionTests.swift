import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("Who may write, and how much", .timeLimit(.minutes(2)))
struct AdmissionTests {
    /// 总部 1 over 研发 2 over 平台 3, and 销售 4 beside them; tag 7 is a person's, tag 8 a department's.
    private func fill(_ corp: inout FakeCorp) {
        corp.isOpen = false
        corp.add(FakeDepartment(id: 2, name: "研发"))
        corp.add(FakeDepartment(id: 3, name: "平台", parent: 2))
        corp.add(FakeDepartment(id: 4, name: "销售"))
        corp.add(FakeTag(id: 7, name: "试用"))
        corp.add(FakeTag(id: 8, name: "全体研发", departments: [2]))
        corp.add(FakeMember(UserID("direct"), name: "甲", departments: [2]))
        corp.add(FakeMember(UserID("below"), name: "乙", departments: [4, 3]))
        corp.add(FakeMember(UserID("tagged"), name: "丙", departments: [4], tags: [7]))
        corp.add(FakeMember(UserID("outside"), name: "丁", departments: [4]))
    }

    @Test(
        "members of a department, of those below it, and bearers of a tag may write; others hear once that they may not",
        arguments: [
            (AllowedGroups(departments: [2]), ["direct", "below"]), (AllowedGroups(tags: [7]), ["tagged"]),
            (AllowedGroups(departments: [3], tags: [7]), ["below", "tagged"]),
            (AllowedGroups(tags: [8]), ["direct", "below"]),
            (AllowedGroups(departments: [1]), ["direct", "below", "tagged", "outside"]),
        ] as [(AllowedGroups, [String])])
    func groups(groups: AllowedGroups, allowed: [String]) async throws {
        try await withWorld(
            adjust: {
                $0.apps[0].policy = Policy()
                $0.apps[0].policy.groups = groups
            }
        ) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            world.wecom.changeCorp(world.apps[0].corpID, fill)
            let everybody = ["direct", "below", "tagged", "outside"]
            for round in 1...3 {
                for user in everybody {
                    let tries = await world.wecom.say("hello \(round)", as: UserID(user), to: world.apps[0])
                    #expect(
                        tries.last?.isAcknowledged == true, "who may write is never asked before the acknowledgement")
                }
            }
            let refused = everybody.count - allowed.count
            try await router.metric(#"turns_total{outcome="refused"}"#, isAtLeast: 3 * refused)
            let sent = await world.wecom.transcript.delivered(atLeast: 3 * allowed.count + refused)
            for user in everybody {
                let heard = sent.filter { $0.to == user }.map(\.text)
                #expect(
                    heard == (allowed.contains(user) ? (1...3).map { "re: hello \($0)" } : [ChatTexts.chinese.refused]),
                    "\(user)")
            }
            #expect(agent.turns.count == 3 * allowed.count)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.count == sent.count)
        }
    }

    @Test("somebody who is named need not be in the address book")
    func named() async throws {
        try await withWorld(
            adjust: {
                $0.apps[0].policy = Policy(users: [UserID("boss")])
                $0.apps[0].policy.groups = AllowedGroups(departments: [2])
            }
        ) { world in
            world.wecom.faults.always(.contacts, .status(503))
            let router = try await world.startRouter()
            await world.wecom.say("hello", as: UserID("boss"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["hello"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("while the address book cannot be asked messages wait; they are answered once it can, in order")
    func addressBookDown() async throws {
        try await withWorld(
            adjust: {
                $0.apps[0].policy = Policy()
                $0.apps[0].policy.groups = AllowedGroups(departments: [2])
                $0.apps[0].conduct.retry = RetryPolicy(maxAttempts: 1)
            }
        ) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            world.wecom.changeCorp(world.apps[0].corpID, fill)
            world.wecom.faults.always(.contacts, .status(503))
            for line in ["one", "two"] {
                #expect(
                    await world.wecom.say(line, as: UserID("below"), to: world.apps[0]).last?.isAcknowledged == true)
            }
            try await router.metric(#"turns_total{app="dept-a",outcome="failed"}"#, isAtLeast: 1)
            world.wecom.faults.clear()
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["re: one", "re: two"])
            #expect(agent.turns.map(\.attempt) == [1, 1], "no attempt is spent on it")
            router.stop()
            try await router.ended()
        }
    }

    @Test("who writes more than messages_in_per_minute is told so once, and what was taken is answered")
    func tooMany() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.memberLimits.inPerMinute = 5 }) { world in
            let router = try await world.startRouter()
            for number in 1...12 {
                let tries = await world.wecom.say("\(number)", as: UserID("u1"), to: world.apps[0])
                #expect(tries.last?.isAcknowledged == true)
            }
            await world.wecom.say("hello", as: UserID("u2"), to: world.apps[0])
            let taken = try #require(try await router.metric(#"callbacks_total{effect="job"}"#)) - 1
            // A minute's worth, and what comes free while they are written.
            #expect((5..<12).contains(taken))
            let sent = await world.wecom.transcript.delivered(atLeast: taken + 2)
            let heard = sent.filter { $0.to == "u1" }.map(\.text)
            #expect(heard.filter { $0 == ChatTexts.chinese.tooMuch }.count == 1)
            #expect(heard.filter { $0 != ChatTexts.chinese.tooMuch }.prefix(5) == ["1", "2", "3", "4", "5"])
            #expect(sent.filter { $0.to == "u2" }.map(\.text) == ["hello"])
            router.stop()
            try await router.ended()
        }
    }
}
