import HTTP
import JSON
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("From callback to answer", .timeLimit(.minutes(5)))
struct AnswerTests {
    @Test("what a person writes is answered by the agent, to that person")
    func answered() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            let tries = await world.wecom.say("你好，世界", as: UserID("ZhangSan"), to: world.apps[0])
            #expect(tries.map(\.status) == [200])
            #expect(tries[0].body.isEmpty, "anything else would be taken for a passive reply")
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            #expect(sent.text == "你好，世界")
            #expect(sent.to == "ZhangSan", "the spelling that was received is the one that is sent to")
            router.stop()
            try await router.ended()
        }
    }

    @Test("every app answers for itself, with its own token, whichever of its paths the callback took")
    func rightApp() async throws {
        try await withWorld(apps: ["dept-a", "dept-b", "dept-c"]) { world in
            let router = try await world.startRouter()
            let names = ["dept-a", "dept-b", "dept-c"]
            world.wecom.setCallbackURL(router.callbackURL + "/dept-b", of: world.apps[1])
            for (app, name) in zip(world.apps, names) {
                await world.wecom.say("to \(name)", as: UserID("lisi"), to: app)
            }
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            for (app, name) in zip(world.apps, names) {
                let own = sent.filter { $0.corpID == app.corpID && $0.agentID == app.agentID }
                #expect(own.map(\.text) == ["to \(name)"])
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("WeCom's check of the callback URL succeeds on the shared path and on the app's own")
    func verification() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            #expect(await world.wecom.verifyURL(of: world.apps[0]))
            world.wecom.setCallbackURL(router.callbackURL + "/dept-a", of: world.apps[0])
            #expect(await world.wecom.verifyURL(of: world.apps[0]))
            world.wecom.setCallbackURL(router.callbackURL + "/dept-x", of: world.apps[0])
            #expect(await world.wecom.verifyURL(of: world.apps[0]) == false)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a callback that comes again, sealed anew, is acknowledged and answered once")
    func repeated() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            let message = InboundMessage(
                corp: world.apps[0].corpID, sender: .member(UserID("u1")), createTime: .init(seconds: nowSeconds()),
                agentID: world.apps[0].agentID, messageID: "7777777777777777777", content: .text("once"))
            for _ in 1...5 {
                let tries = await world.wecom.post(message, to: world.apps[0])
                #expect(tries.map(\.status) == [200])
            }
            await world.wecom.say("after", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["once", "after"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("what one person writes is answered in the order it was written")
    func inOrder() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            let lines = (1...30).map { "line \($0)" }
            for line in lines { await world.wecom.say(line, as: UserID("u1"), to: world.apps[0]) }
            let sent = await world.wecom.transcript.delivered(atLeast: lines.count)
            #expect(sent.map(\.text) == lines)
            router.stop()
            try await router.ended()
        }
    }

    @Test("an honest second message of the same words is answered, too")
    func sameWordsTwice() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            for _ in 1...3 {
                let before = world.wecom.transcript.delivered.count
                await world.wecom.say("ok", as: UserID("u1"), to: world.apps[0])
                _ = await world.wecom.transcript.delivered(atLeast: before + 1)
            }
            #expect(world.wecom.transcript.messages.filter(\.isSwallowed).isEmpty)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a reply longer than a WeCom message comes in parts, in order, with nothing lost")
    func longReply() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let text = (1...300).map { "第\($0)句话，有一点长。" }.joined()
            await world.wecom.say(text, as: UserID("u1"), to: world.apps[0])
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            var sent: [SentMessage] = []
            while sent.last?.text != "re: end" {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            #expect(sent.count > 2)
            // What was asked for: what WeCom shows it has cut to fit.
            let texts = sent.compactMap { $0.request["text"]?["content"]?.string }
            #expect(texts.count == sent.count)
            #expect(texts.allSatisfy { $0.utf8.count <= OutboundMessage.maxTextBytes })
            let parts = sent.dropLast()
            for (number, part) in parts.enumerated() {
                #expect(part.text.hasSuffix("\n\n(\(number + 1)/\(parts.count))"))
            }
            let words = parts.map { $0.text.prefix { $0 != "\n" } }.joined()
            #expect(words.filter { $0 != " " } == "re:" + text)
            router.stop()
            try await router.ended()
        }
    }

    @Test("an agent that fails is a sentence to the person and a line in the log")
    func failure() async throws {
        let capture = LogCapture()
        try await withWorld(log: capture.log) { world in
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("FAIL the disk is on fire", as: UserID("u1"), to: world.apps[0])
            let sent = try #require(await world.wecom.transcript.delivered(atLeast: 1).first)
            #expect(sent.text == ChatTexts.chinese.failed)
            #expect(!sent.text.contains("fire"), "what went wrong inside is for the operator")
            router.stop()
            try await router.ended()
        }
        let log = capture.finish()
        #expect(log.contains("the disk is on fire"))
        #expect(log.contains(#""user":"ww00000000000000c:u1""#) || log.contains(":u1\""))
    }

    @Test("somebody who is not on the list is acknowledged, and told once that they may not write")
    func notAllowed() async throws {
        try await withWorld(adjust: { $0.apps[0].policy = Policy(users: [UserID("lisi")]) }) { world in
            let router = try await world.startRouter()
            for _ in 1...3 {
                let tries = await world.wecom.say("let me in", as: UserID("mallory"), to: world.apps[0])
                #expect(tries.map(\.status) == [200])
            }
            #expect(await world.wecom.say("hello", as: UserID("LiSi"), to: world.apps[0]).map(\.status) == [200])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(Set(sent.map(\.text)) == [ChatTexts.chinese.refused, "hello"])
            #expect(sent.first { $0.text != "hello" }?.to == "mallory")
            router.stop()
            try await router.ended()
        }
    }
}
