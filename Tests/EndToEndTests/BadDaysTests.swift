import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

/// Tests what goes wrong at WeCom, on the way there, and in its console. In each test the log, at its most talkative, is
/// searched for what must not stand in it.
@Suite("Bad days", .timeLimit(.minutes(5)))
struct BadDaysTests {
    /// The trouble of one of these days.
    private struct Day {
        let world: LoopbackWorld
        let router: RunningRouter
        var wecom: FakeWeCom { world.wecom }
        /// The app in trouble, and the one that must not notice.
        var troubled: FakeApp { world.apps[0] }
        var other: FakeApp { world.apps[1] }

        var trouble: Faults.Scope { Faults.Scope(app: troubled) }

        func messages(of app: FakeApp) -> [SentMessage] {
            wecom.transcript.messages.filter { $0.app == app.identity }
        }

        /// Waits until `app` has said all this to people, and nothing else.
        func expect(_ texts: [String], from app: FakeApp) async {
            var sent: [SentMessage] = []
            repeat {
                sent = await wecom.transcript.delivered(atLeast: sent.count + 1)
            } while sent.count(where: { $0.app == app.identity }) < texts.count && !Task.isCancelled
            #expect(sent.filter { $0.app == app.identity }.map(\.text) == texts)
        }

        /// The deliveries that are given up.
        func deadLetters() async throws -> [JSONValue] { try await deliveries("dead") }

        /// Waits until a delivery has been tried and is to be tried again.
        func untilPostponed() async throws {
            while try await !deliveries("pending").contains(where: { $0["reason"]?.string != nil }) {
                await beforeLookingAgain()
            }
        }

        private func deliveries(_ state: String) async throws -> [JSONValue] {
            let client = CurlTransport()
            var options = HTTPRequestOptions()
            options.unixSocket = world.configuration.store.controlSocket
            let key = String(
                decoding: try readFile(world.configuration.store.controlKey, limit: 4096), as: UTF8.self)
            let answer = try? await client.send(
                HTTPRequest(
                    .get, "http://localhost/v1/deliveries?state=\(state)",
                    headers: ["Authorization": "Bearer \(key.dropLast())"]), options)
            await client.close()
            return try JSONValue(parsing: try #require(answer).bytes)["deliveries"]?.array ?? []
        }
    }

    /// Returns the log of the day, in which nothing secret stands.
    @discardableResult
    private func spend(
        adjust: (inout Configuration) -> Void = { _ in },
        _ body: (Day) async throws -> Void
    ) async throws -> String {
        let capture = LogCapture()
        var secrets: [String] = []
        try await withWorld(apps: ["troubled", "other"], log: capture.log, adjust: adjust) { world in
            secrets = (world.configuration.apps.map(\.corpSecret) + world.apps.map(\.secret)).map { $0.reveal() }
            let router = try await world.startRouter()
            try await body(Day(world: world, router: router))
            router.stop()
            try await router.ended()
        }
        let log = capture.finish()
        #expect(log.contains("delivered"), "the log is there to be searched")
        for secret in secrets { #expect(!log.contains(secret)) }
        for mark in ["corpsecret=", "access_token=", "cgi-bin/gettoken?"] { #expect(!log.contains(mark), "\(mark)") }
        #expect(!log.contains(/token-[0-9a-f]{32}/))
        return log
    }

    // MARK: No token

    @Test("an app whose token does not come holds up no other, and goes on when it comes")
    func hangingTokens() async throws {
        try await spend { day in
            day.wecom.faults.always(.gettoken, of: day.trouble, .hang)
            await day.wecom.say("held", as: UserID("u1"), to: day.troubled)
            for word in ["one", "two", "three"] {
                await day.wecom.say(word, as: UserID("u1"), to: day.other)
            }
            await day.expect(["one", "two", "three"], from: day.other)
            #expect(day.messages(of: day.troubled).isEmpty)
            day.wecom.faults.clear()
            await day.expect(["held"], from: day.troubled)
        }
    }

    @Test(
        "whatever comes in place of a token, the next one that comes is used",
        arguments: [
            Faults.Kind.garbage, .status(500), .truncated, .gbk, .redirect(to: "http://127.0.0.1:1/"),
            .words(#"{"errcode":"","errmsg":""}"#), .words("{}"), .words("[]"), .words(""), .errorCode(-1),
        ])
    func noToken(fault: Faults.Kind) async throws {
        let log = try await spend { day in
            day.wecom.faults.next(1, .gettoken, of: day.trouble, fault)
            await day.wecom.say("hello", as: UserID("u1"), to: day.troubled)
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            await day.expect(["hello"], from: day.troubled)
            #expect(day.wecom.transcript.messages.count == 2)
        }
        #expect(log.contains("no access token"))
    }

    @Test("with a wrong secret WeCom is asked once, however many wait, and the log says what to check")
    func wrongSecret() async throws {
        let log = try await spend(adjust: {
            $0.apps[0].corpSecret = Secret("mistyped-Secret-0123456789-abcdefghijklmno")
        }) { day in
            // The other app takes its time, in which nobody may ask for the first one's token again.
            day.wecom.faults.next(2, .send, of: Faults.Scope(app: day.other), .status(503))
            for number in 1...20 {
                await day.wecom.say("hello", as: UserID("user\(number)"), to: day.troubled)
            }
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            #expect(day.wecom.transcript.refusals.map(\.call) == ["gettoken"])
            #expect(day.wecom.transcript.refusals.map(\.code) == [40001])
            let dead = try await day.deadLetters()
            #expect(dead.isEmpty, "what waits is not lost")
        }
        #expect(log.contains("an app sends nothing for a while"))
        #expect(log.contains("corp_secret"))
    }

    @Test("an app whose every token is refused costs two of them, pauses by name, and keeps what it has to say")
    func revokedSecret() async throws {
        let log = try await spend { day in
            day.wecom.faults.always(.send, of: day.trouble, .errorCode(40014))
            day.wecom.faults.next(2, .send, of: Faults.Scope(app: day.other), .status(503))
            for number in 1...20 {
                await day.wecom.say("hello", as: UserID("user\(number)"), to: day.troubled)
            }
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            try await day.untilPostponed()
            #expect(day.messages(of: day.troubled).isEmpty)
            let dead = try await day.deadLetters()
            #expect(dead.isEmpty, "what waits is not lost")
            #expect(day.wecom.transcript.tokensIssued == 3, "two for the app in trouble, one for the other")
        }
        #expect(log.contains("an app sends nothing for a while") && log.contains(#""code":"40014""#))
        #expect(log.contains("corp_secret"))
    }

    // MARK: No answer

    @Test(
        "an answer that is not WeCom's is asked for again, and nobody sees a message twice",
        arguments: [
            (Faults.Kind.garbage, false), (.status(500), false), (.redirect(to: "http://127.0.0.1:1/"), false),
            (.words(#"{"errcode":"","errmsg":""}"#), false), (.words("{}"), false), (.words(""), false),
            (.truncated, true), (.gbk, true),
        ])
    func noAnswer(fault: Faults.Kind, isCarriedOut: Bool) async throws {
        try await spend { day in
            day.wecom.faults.next(1, .send, of: day.trouble, fault)
            await day.wecom.say("hello", as: UserID("u1"), to: day.troubled)
            await day.wecom.say("end", as: UserID("u1"), to: day.troubled)
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            await day.expect(["hello", "end"], from: day.troubled)
            let hellos = day.messages(of: day.troubled).filter { $0.text == "hello" }
            #expect(hellos.map(\.isSwallowed) == (isCarriedOut ? [false, true] : [false]))
            #expect(Set(hellos.map(\.request.text)).count == 1, "every try is the same to the byte")
        }
    }

    @Test("an answer that comes in two halves is whole in the end, and the message is not sent again")
    func slowAnswer() async throws {
        let rest = Signpost()
        try await spend { day in
            day.wecom.faults.next(1, .send, of: day.trouble, .slowBody(rest))
            await day.wecom.say("hello", as: UserID("u1"), to: day.troubled)
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            rest.reach()
            await day.wecom.say("end", as: UserID("u1"), to: day.troubled)
            await day.expect(["hello", "end"], from: day.troubled)
            #expect(day.messages(of: day.troubled).count == 2)
        }
    }

    @Test("an API that hangs for one app and all its people leaves room for the other")
    func hangingAPI() async throws {
        try await spend { day in
            day.wecom.faults.always(.send, of: day.trouble, .hang)
            let people = (1...80).map { UserID("user\($0)") }
            for user in people { await day.wecom.say("held", as: user, to: day.troubled) }
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            day.wecom.faults.clear()
            await day.expect(people.map { _ in "held" }, from: day.troubled)
            #expect(Set(day.messages(of: day.troubled).map(\.to)) == Set(people.map(\.text)))
            #expect(day.messages(of: day.troubled).count == people.count)
        }
    }

    // MARK: WeCom's no

    @Test("an app that called too often is quiet, whoever it would speak to, and the other is not")
    func tooOften() async throws {
        let log = try await spend { day in
            day.wecom.faults.next(1, .send, of: day.trouble, .errorCode(45009, message: "api freq out of limit"))
            await day.wecom.say("one", as: UserID("u1"), to: day.troubled)
            try await day.untilPostponed()
            await day.wecom.say("two", as: UserID("u2"), to: day.troubled)
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            let dead = try await day.deadLetters()
            #expect(dead.isEmpty)
            #expect(day.messages(of: day.troubled).isEmpty)
        }
        #expect(log.contains("an app sends nothing for a while"))
        #expect(log.contains("45009"))
    }

    @Test("after a short pause everything goes, in the order in which it was said")
    func afterPause() async throws {
        let log = try await spend { day in
            day.wecom.faults.next(1, .send, of: day.trouble, .errorCode(45033))
            for word in ["one", "two", "three"] {
                await day.wecom.say(word, as: UserID("u1"), to: day.troubled)
            }
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            await day.expect(["one", "two", "three"], from: day.troubled)
            #expect(day.messages(of: day.troubled).count == 3)
        }
        #expect(log.contains("an app sends again"))
    }

    @Test("an address that WeCom does not trust is named, and so is the place where to enter it")
    func untrustedAddress() async throws {
        let words = "not allow to access from your ip, hint: [1700000000], from ip: 203.0.113.7, more info at https://x"
        let log = try await spend { day in
            day.wecom.faults.next(1, .send, of: day.trouble, .errorCode(60020, message: words))
            await day.wecom.say("hello", as: UserID("u1"), to: day.troubled)
            try await day.untilPostponed()
            await day.wecom.say("hello", as: UserID("u1"), to: day.other)
            await day.expect(["hello"], from: day.other)
            let dead = try await day.deadLetters()
            #expect(dead.isEmpty, "it goes once the address is entered")
        }
        let line = try #require(log.split(separator: "\n").first { $0.contains("an app sends nothing for a while") })
        #expect(line.contains("203.0.113.7") && line.contains("企业可信IP"))
    }

    @Test(
        "somebody whom the app cannot reach is a dead letter with its reason, and holds up nobody",
        arguments: [
            (#"{"errcode":0,"errmsg":"ok","invaliduser":"Gone","msgid":"m1"}"#, "knows no user gone"),
            (#"{"errcode":81013,"errmsg":"user & party & tag all invalid"}"#, "81013"),
            (#"{"errcode":0,"errmsg":"ok","unlicenseduser":"gone","msgid":"m1"}"#, "licences"),
        ])
    func unreachable(answer: String, reason: String) async throws {
        try await spend { day in
            let user = UserID("Gone")
            day.wecom.faults.next(1, .send, of: Faults.Scope(app: day.troubled, user: user), .words(answer))
            await day.wecom.say("lost", as: user, to: day.troubled)
            await day.wecom.say("hello", as: UserID("u2"), to: day.troubled)
            await day.expect(["hello"], from: day.troubled)
            var dead = try await day.deadLetters()
            while dead.isEmpty { dead = try await day.deadLetters() }
            #expect(dead.map { $0["text"]?.string } == ["lost"])
            let why = dead[0]["reason"]?.string ?? ""
            #expect(why.contains(reason), "\(why)")
            #expect(dead[0]["attempts"]?.integer == 1, "asking again would change nothing")
            await day.wecom.say("back", as: user, to: day.troubled)
            await day.expect(["hello", "back"], from: day.troubled)
        }
    }
}
