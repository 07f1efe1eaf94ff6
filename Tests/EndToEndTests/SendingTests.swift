import JSON
import Lifecycle
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Sending through a WeCom that misbehaves", .timeLimit(.minutes(5)))
struct SendingTests {
    /// One message through these faults, and what WeCom saw of it.
    private func send(
        through faults: [(Faults.Call, Faults.Kind)], expecting count: Int = 1
    ) async throws -> (all: [SentMessage], tokens: Int) {
        var result: ([SentMessage], Int) = ([], 0)
        try await withWorld { world in
            for (call, fault) in faults { world.wecom.faults.next(call, fault) }
            let router = try await world.startRouter()
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[0])
            let delivered = await world.wecom.transcript.delivered(atLeast: count)
            #expect(delivered.map(\.text) == ["hello"])
            router.stop()
            try await router.ended()
            result = (world.wecom.transcript.messages, world.wecom.transcript.tokensIssued)
        }
        return result
    }

    @Test(
        "a token that WeCom no longer takes is fetched anew, and the message sent again at once",
        arguments: [40014, 42001, 40001, 41001] as [Int64])
    func staleToken(code: Int64) async throws {
        let (messages, tokens) = try await send(through: [(.send, .errorCode(code))])
        #expect(messages.count == 1)
        #expect(tokens == 2)
    }

    @Test("every token of the app revoked at once is no more than one fetch")
    func revoked() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            await world.wecom.say("one", as: UserID("u1"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            world.wecom.revokeTokens()
            await world.wecom.say("two", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 2).map(\.text) == ["one", "two"])
            #expect(world.wecom.transcript.tokensIssued == 2)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a busy WeCom is asked again until it has the message")
    func busy() async throws {
        let (messages, _) = try await send(through: [(.send, .errorCode(-1)), (.send, .status(503))])
        #expect(messages.count == 1)
    }

    @Test("an answer that is not WeCom's is no answer")
    func garbage() async throws {
        let (messages, _) = try await send(through: [(.send, .garbage)])
        #expect(messages.count == 1)
    }

    @Test("when WeCom took a message and the answer was lost, the same bytes go again and nobody sees them twice")
    func lostAnswer() async throws {
        // The second request is swallowed, so the person has one message; a second one marks the end.
        try await withWorld { world in
            world.wecom.faults.next(.send, .silence)
            let router = try await world.startRouter()
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[0])
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            let delivered = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(delivered.map(\.text) == ["hello", "end"])
            let hellos = world.wecom.transcript.messages.filter { $0.text == "hello" }
            #expect(hellos.map(\.isSwallowed) == [false, true])
            #expect(hellos[0].request == hellos[1].request)
            #expect(hellos[0].request["enable_duplicate_check"] == 1)
            #expect(hellos[0].request["duplicate_check_interval"] == 14_400)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a token endpoint that fails holds the message back, and it goes when the endpoint is well")
    func tokenTrouble() async throws {
        let (messages, tokens) = try await send(through: [(.gettoken, .status(502)), (.gettoken, .garbage)])
        #expect(messages.count == 1)
        #expect(tokens == 1)
    }

    @Test("a thousand people answered at once cost one token")
    func oneToken() async throws {
        try await withWorld { world in
            let hold = Signpost()
            world.wecom.faults.next(.gettoken, .hold(hold))
            let router = try await world.startRouter()
            await withTaskGroup(of: Void.self) { group in
                for number in 1...1000 {
                    group.addTask {
                        await world.wecom.say(
                            "hi", as: UserID("user\(number)"), to: world.apps[0], patience: .seconds(30))
                    }
                }
            }
            hold.reach()
            #expect(await world.wecom.transcript.delivered(atLeast: 1000).count == 1000)
            #expect(world.wecom.transcript.tokensIssued == 1)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a recipient whom WeCom refuses holds up nobody else, and is not asked for again")
    func refusedRecipient() async throws {
        try await withWorld { world in
            world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
            let router = try await world.startRouter()
            await world.wecom.say("lost", as: UserID("gone"), to: world.apps[0])
            while world.wecom.faults.areWaiting(.send) { await beforeLookingAgain() }
            await world.wecom.say("hello", as: UserID("u2"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["hello"])
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.map(\.text) == ["hello"])
        }
    }
}
