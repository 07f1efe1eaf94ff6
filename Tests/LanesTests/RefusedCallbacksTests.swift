import HTTP
import Observability
import Router
import Simulator
import System
import Testing
import WeCom

@testable import Lanes

@Suite("What is remembered of refused callbacks", .timeLimit(.minutes(5))) struct RefusedCallbacksTests {
    private func only(_ world: World) throws -> (line: RefusedCallback, explanation: RefusalExplanation) {
        let lines = world.refused.lines
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        return (line, line.explanation(among: world.current.serving.directory))
    }

    // MARK: Why

    @Test("a signature of no token that may be meant: the app that the envelope names, or the path")
    func token() async throws {
        let a = try TestApp("a"), stranger = try TestApp("a", token: "another token")
        try await withWorld(a) { world in
            #expect(await world.answer(stranger.callback(stranger.message())) == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .token && line.app == "a" && line.corp == CorpID("ww_corp") && !line.isVerification)
            #expect(explanation.reason == .token && explanation.app == "a" && !explanation.isRightNow)
            #expect(explanation.key(of: line) == "token")
        }
        try await withWorld(a) { world in
            #expect(await world.answer(stranger.verification([49])) == 403)
            let (line, explanation) = try only(world)
            #expect(line.isVerification && line.app == nil && explanation.reason == .token)
        }
    }

    @Test("one that the keys in force now would open is said to be: Save has to be pressed again")
    func rightNow() async throws {
        let a = try TestApp("a", token: "old"), mended = try TestApp("a", token: "new")
        try await withWorld(a) { world in
            #expect(await world.answer(mended.verification([49])) == 403)
            world.current.swap(to: Serving(AppDirectory([mended.app])))
            let (line, explanation) = try only(world)
            #expect(explanation.isRightNow && explanation.app == "a" && explanation.key(of: line) == nil)
        }
    }

    @Test("the right token with another EncodingAESKey, and what is sealed for another corp, whose id is told")
    func keyAndCorp() async throws {
        let a = try TestApp("a"), otherKey = try TestApp("a", key: "x")
        try await withWorld(a) { world in
            #expect(await world.answer(otherKey.callback(otherKey.message())) == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .key && line.app == "a" && explanation.key(of: line) == "encoding_aes_key")
        }
        try await withWorld(a) { world in
            #expect(await world.answer(a.sealed(a.message().xml, receiver: "ww_other")) == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .corp && line.app == "a" && explanation.receiver == "ww_other")
            #expect(explanation.cause(of: line, in: .english).contains("ww_other"))
        }
    }

    @Test("the callback of one app at the path of another names both")
    func anotherApp() async throws {
        let a = try TestApp("a"), b = try TestApp("b", agent: 2)
        try await withWorld(a, b) { world in
            #expect(await world.answer(b.verification([49]), app: "a") == 403)
            let (line, explanation) = try only(world)
            #expect(explanation.reason == .anotherApp && explanation.app == "a" && explanation.signer == "b")
            #expect(explanation.cause(of: line, in: .english).contains("meant for b and came to a"))
        }
    }

    @Test("a message that is too old tells its age")
    func age() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await world.answer(a.callback(a.message(at: Timestamp(seconds: 1_500_000_000)))) == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .age && line.app == "a" && line.refusal.contains("max_message_age"))
            #expect(explanation.cause(of: line, in: .chinese).contains("太旧"))
        }
    }

    @Test("a query that a proxy encodes once more, or strips, is recognised by the signature that it had")
    func query() async throws {
        let a = try TestApp("a")
        func changed(_ change: (String) -> String) -> HTTPRequest {
            // One with all that a proxy may spoil.
            var request = a.verification([49])
            while !request.target.contains("%2B") || !request.target.hasSuffix("%3D") { request = a.verification([49]) }
            request.target = change(request.target)
            return request
        }
        let cases: [(QueryMark, (String) -> String)] = [
            (.encodedTwice, { $0.replacing("%", with: "%25") }),
            (.unpadded, { $0.replacing("%3D", with: "") }),
            (.unpadded, { $0.replacing("%3D", with: "").replacing("%2B", with: " ") }),
        ]
        for (mark, change) in cases {
            try await withWorld(a) { world in
                #expect(await world.answer(changed(change)) == 403)
                let (line, explanation) = try only(world)
                #expect(explanation.reason == .query && explanation.app == "a", "\(mark)")
                #expect(explanation.marks.contains(mark), "\(explanation.marks)")
                #expect(!explanation.seen(in: .english).isEmpty && explanation.key(of: line) == nil)
            }
        }
        try await withWorld(a) { world in
            var request = a.verification([49])
            request.target = request.target.replacing("nonce=99", with: "nounce=99")
            #expect(await world.answer(request, app: "a") == 400)
            let (line, explanation) = try only(world)
            #expect(line.reason == .query && line.app == "a" && explanation.marks == [.missing("nonce")])
        }
    }

    @Test("a path that nobody has, with the app whose token signed what came by it")
    func path() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await world.answer(a.callback(a.message()), app: "nobody") == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .path && line.app == nil && explanation.signer == "a")
        }
    }

    @Test("an address that is not allowed, and a body that is no envelope")
    func sourceAndBody() async throws {
        let a = try TestApp("a")
        let sources = AllowedSources([IPNetwork("203.0.113.0/24")].compactMap(\.self), behind: ClientAddresses())
        try await withWorld(a, sources: sources) { world in
            var request = a.verification([49])
            request.peer = IPAddress("198.51.100.9")
            #expect(await world.answer(request) == 403)
            let (line, explanation) = try only(world)
            #expect(line.reason == .source && line.address == request.peer && explanation.signer == "a")
        }
        try await withWorld(a) { world in
            var request = a.callback(a.message())
            request.body = Array("hello".utf8)
            #expect(await world.answer(request, app: "a") == 400)
            let line = try only(world).line
            #expect(line.reason == .malformed)
        }
    }

    // MARK: Words

    @Test("every reason has a cause and an advice in both languages, and none holds a secret")
    func words() async throws {
        let a = try TestApp("a"), stranger = try TestApp("a", token: "another token")
        try await withWorld(a) { world in
            _ = await world.answer(stranger.callback(stranger.message()))
            let line = try only(world).line
            for reason in RefusedCallback.Reason.allCases {
                for app in ["a", nil] {
                    let explanation = RefusalExplanation(
                        reason: reason, app: app, signer: app,
                        marks: [.space, .encodedTwice, .unpadded, .missing("nonce")])
                    for language in ChatTexts.Language.allCases {
                        let words =
                            [explanation.cause(of: line, in: language), explanation.advice(for: line, in: language)]
                            + explanation.seen(in: language)
                        #expect(words.count == 6 && words.allSatisfy { !$0.isEmpty && $0.utf8.count < 500 })
                        let isChinese = words.allSatisfy { $0.unicodeScalars.contains { $0.value > 0x4E00 } }
                        #expect(isChinese == (language == .chinese) || language == .english)
                        #expect(!words.joined().contains("token-a") && !words.joined().contains("kkkkkk"))
                    }
                }
            }
        }
    }

    // MARK: Bounds

    @Test("what is alike shares a line: from one address, or one network of version 6, for one app and reason")
    func alike() async throws {
        let a = try TestApp("a"), stranger = try TestApp("a", token: "another token")
        try await withWorld(a) { world in
            for address in [
                "203.0.113.9", "203.0.113.9", "203.0.113.10", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1",
            ] {
                var request = stranger.callback(stranger.message())
                request.peer = IPAddress(address)
                #expect(await world.answer(request) == 403)
            }
            #expect(world.refused.lines.map(\.count).sorted() == [1, 1, 2, 2])
        }
    }

    @Test("a flood of one kind pushes out neither the last five of another nor the bounds")
    func flood() throws {
        let refused = RefusedCallbacks { _ in true }
        func note(_ number: Int, app: String, at now: Timestamp) {
            var request = HTTPRequest(.get, "/cb?msg_signature=\(String(repeating: "a", count: 40))")
            request.peer = IPAddress(bytes: [203, 0, UInt8(number >> 8 & 255), UInt8(number & 255)])
            refused.note(.unopened(.wrongSignature, app: nil), of: request, at: app, door: .app, now: now)
        }
        for number in 0..<9 { note(number, app: "quiet", at: Timestamp(seconds: Int64(number))) }
        for number in 0..<2000 { note(number, app: "loud", at: Timestamp(seconds: Int64(1000 + number))) }
        let lines = refused.lines
        #expect(lines.count == RefusedCallbacks.mostLines)
        #expect(lines.filter { $0.app == "quiet" }.map(\.lastAt.seconds) == [8, 7, 6, 5, 4])
        #expect(lines.first?.lastAt == Timestamp(seconds: 2999))
        for number in 0..<2000 { note(number, app: "app-\(number)", at: Timestamp(seconds: Int64(5000 + number))) }
        #expect(refused.lines.count == RefusedCallbacks.mostLinesEver)
    }

    @Test(
        "what is nobody's shares one line with a count, and the last corp that it named; check's own question is passed over"
    )
    func rubbish() async throws {
        let a = try TestApp("a"), foreign = try TestApp("f", corp: "ww_foreign")
        try await withWorld(a) { world in
            for _ in 1...3 { _ = await world.answer(HTTPRequest(.post, "/cb", body: Array("<xml/>".utf8))) }
            _ = await world.answer(HTTPRequest(.get, "/cb?echostr=1"))
            _ = await world.answer(foreign.callback(foreign.message()))
            #expect(world.refused.lines.isEmpty)
            #expect(world.refused.rubbish?.count == 5 && world.refused.rubbish?.corp == CorpID("ww_foreign"))
            #expect(world.refused.rubbish?.cause(in: .english).contains("ww_foreign") == true)
            let zeros = String(repeating: "0", count: 40)
            _ = await world.answer(HTTPRequest(.get, "/cb?msg_signature=\(zeros)&timestamp=1&nonce=0&echostr=AAAA"))
            #expect(world.refused.lines.isEmpty && world.refused.rubbish?.count == 5)
        }
    }

    @Test("of what is large only the line is kept")
    func large() async throws {
        let a = try TestApp("a"), stranger = try TestApp("a", token: "another token")
        try await withWorld(a) { world in
            let text = String(repeating: "x", count: RefusedCallbacks.mostKept)
            _ = await world.answer(stranger.callback(stranger.message(text)))
            let line = try only(world).line
            #expect(line.request == nil)
        }
    }
}
