import JSON
import Simulator
import System
import Testing
import Text
import WeCom

/// Each in the way that is usual, and in the other.
@Suite("Where WeCom's pages differ", .timeLimit(.minutes(5)))
struct AmbiguityTests {
    @Test("a text that is too long is cut, or refused", arguments: [true, false])
    func longTexts(areCut: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCalls { $0.cutsLongTexts = areCut }
            for (size, code) in [(2048, 0), (3000, areCut ? 0 : 45002)] as [(Int, Int64)] {
                #expect(try await world.code("text", ["content": .string(String(repeating: "x", count: size))]) == code)
            }
            #expect(world.wecom.transcript.delivered.map(\.text.utf8.count) == (areCut ? [2048, 2048] : [2048]))
        }
    }

    @Test("a token that is asked for again is another one, or the same until it expires", arguments: [true, false])
    func tokens(areNew: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCalls { $0.issuesNewTokens = areNew }
            let (first, second, other) = (try await world.token(), try await world.token(), try await world.token(1))
            #expect((first == second) != areNew)
            #expect(other != first)
            world.wecom.clock.setLead(.seconds(7201))
            #expect(try await world.token() != first)
        }
    }

    @Test("a character that is written as an escape is refused, or taken", arguments: [true, false])
    func escapes(areRefused: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCalls { $0.refusesEscapes = areRefused }
            let agent = world.apps[0].agentID.number
            let body = #"{"touser": "u1", "msgtype": "text", "agentid": \#(agent), "text": {"content": "\u4f60"}}"#
            let answer = try await world.call("message/send", Array(body.utf8))
            #expect(answer["errcode"]?.integer == (areRefused ? 40033 : 0))
            #expect(world.wecom.transcript.delivered.map(\.text) == (areRefused ? [] : ["你"]))
        }
    }

    @Test("requests that say the same in another order are two messages, or one", arguments: [true, false])
    func duplicates(byBytes: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCalls { $0.comparesBytes = byBytes }
            let message = world.message("text", ["content": "ok"], and: [.init("enable_duplicate_check", 1)])
            guard case .object(let members) = message else { return }
            for body in [message, .object(members.reversed())] { _ = try await world.call("message/send", body) }
            _ = try await world.call(
                "message/send", world.message("text", ["content": "other"], and: [.init("enable_duplicate_check", 1)]))
            #expect(world.wecom.transcript.messages.map(\.isSwallowed) == [false, !byBytes, false])
        }
    }

    @Test("the options that were chosen come under their name, or as older pages spell it", arguments: [false, true])
    func options(areMisspelt: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCallbacks { $0.misspellsOptions = areMisspelt }
            world.wecom.wire.watch(bots: []) { _ in }
            try await Ear.listening(to: world) { ear async throws in
                let click = CardClick(
                    key: "<OptionId", taskID: "t", cardType: "vote_interaction", selections: ["q": ["a", "b"]])
                await world.wecom.send(.event(.templateCard(click)), as: UserID("u1"), to: world.apps[0])
                guard case .event(.templateCard(let heard)) = ear.messages.first?.content else {
                    Issue.record("no click was heard")
                    return
                }
                #expect(heard.key == "<OptionId")
                #expect(heard.selections == ["q": ["a", "b"]])
            }
            let document = String(decoding: world.wecom.wire.entries.last?.request.opened ?? [], as: UTF8.self)
            #expect(document.has("<OpitonIds><OpitonId>") == areMisspelt)
            #expect(document.has("<OptionIds><OptionId>") != areMisspelt)
        }
    }
}
