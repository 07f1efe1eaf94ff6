import HTTP
import Lanes
import Observability
import Router
import SQLiteStore
import SeededTesting
import Simulator
import System
import Testing
import WeCom

/// Tests that what is no callback of ours costs little, tells nothing and changes nothing.
@Suite(.timeLimit(.minutes(5))) struct CallbackRefusalTests {
    @Test("a missing parameter gets 400", arguments: ["msg_signature", "timestamp", "nonce", "echostr"])
    func missing(name: String) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let genuine = name == "echostr" ? a.verification(Array("1".utf8)) : a.callback(a.message())
            for replacement in ["", "\(name)="] {
                var request = genuine
                let parameters = request.target.drop { $0 != "?" }.dropFirst().split(separator: "&").map(String.init)
                let kept = parameters.map { $0.hasPrefix("\(name)=") ? replacement : $0 }
                request.target = "/cb?" + kept.filter { !$0.isEmpty }.joined(separator: "&")
                #expect(await refused(request, by: world) == 400)
            }
        }
    }

    @Test("a wrong signature gets 403, on each path")
    func wrongSignature() async throws {
        let a = try TestApp("a")
        let stranger = try TestApp("a", token: "another token")
        try await withWorld(a) { world in
            for path in [nil, "a"] {
                #expect(await refused(stranger.callback(stranger.message()), by: world, app: path) == 403)
                #expect(await refused(stranger.verification([49]), by: world, app: path) == 403)
                var altered = a.callback(a.message())
                altered.target = altered.target.replacing("timestamp=1", with: "timestamp=2")
                #expect(await refused(altered, by: world, app: path) == 403)
            }
        }
    }

    @Test("a right signature with another receiver gets 403 and a warning that names the app")
    func wrongReceiver() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await refused(a.sealed(a.message().xml, receiver: "ww_other"), by: world) == 403)
            #expect(await refused(a.verification([49], receiver: "ww_other"), by: world) == 403)
            let log = world.log()
            #expect(log.contains("\"level\":\"warning\"") && log.contains("\"app\":\"a\"") && log.contains("corp_id"))
            #expect(!log.contains("token-a") && !log.contains("kkkkkk"))
        }
    }

    @Test("an app that nobody knows gets what a wrong signature gets")
    func unknownApp() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let request = a.callback(a.message())
            let unknown = await world.endpoint.answer(request, app: "nobody")
            let stranger = try TestApp("a", token: "another token")
            let wrong = await world.endpoint.answer(stranger.callback(stranger.message()), app: "a")
            #expect(unknown.status == .forbidden && wrong.status == .forbidden)
            #expect(unknown.bytes == wrong.bytes && unknown.headers == wrong.headers)
            let open = try await world.jobs()
            #expect(open.isEmpty)
        }
    }

    @Test(
        "what is older than it may be gets 403",
        arguments: [(86_399, 200), (86_400, 200), (86_401, 403), (-999_999, 200)]
    )
    func age(_ seconds: Int64, _ status: Int) async throws {
        let a = try TestApp("a")
        let now = Timestamp(seconds: 1_900_000_000)
        try await withWorld(a, now: { now }) { world in
            let message = a.message(at: Timestamp(seconds: now.seconds - seconds))
            #expect(await world.answer(a.callback(message)) == status)
            let open = try await world.jobs()
            #expect(open.count == (status == 200 ? 1 : 0))
        }
    }

    @Test("who sent what is too old, or meant for another app, is in the log; so is the app it was for")
    func whoAndWhose() async throws {
        let a = try TestApp("a"), b = try TestApp("b", agent: 2, token: "token-a")
        try await withWorld(a, b) { world in
            let old = b.message(from: "ZhangSan", at: Timestamp(seconds: 1_500_000_000))
            #expect(await refused(a.callback(old), by: world) == 403)
            let stray = a.message(from: "LiSi", agent: AgentID(9))
            #expect(await refused(a.callback(stray), by: world) == 403)
            let lines = world.log().split(separator: "\n")
            #expect(
                lines.contains {
                    $0.contains("max_message_age") && $0.contains(#""app":"b","user":"ww_corp:zhangsan""#)
                })
            #expect(lines.contains { $0.contains("agent_id 9") && $0.contains(#""app":"a","user":"ww_corp:lisi""#) })
        }
    }

    @Test("what is suspicious is told of once for each app, however often it comes")
    func suspicionsAreFew() async throws {
        let a = try TestApp("a"), b = try TestApp("b", agent: 2)
        try await withWorld(a, b) { world in
            for _ in 0..<20 {
                #expect(await refused(a.sealed(a.message().xml, receiver: "ww_other"), by: world) == 403)
                #expect(await refused(b.sealed(b.message().xml, receiver: "ww_other"), by: world) == 403)
            }
            #expect(world.log().split(separator: "\n").count { $0.contains(#""level":"warning""#) } == 2)
        }
    }

    @Test("a genuine message that is too old leaves a row of its sender without its text, once")
    func trace() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let old = a.callback(a.message(at: Timestamp(seconds: 1_500_000_000)))
            for _ in 1...3 { #expect(await world.answer(old) == 403) }
            let rows = try await world.store.jobs(in: nil, matching: LedgerFilter()).items
            #expect(rows.map(\.reason) == ["refused: older than server.max_message_age"])
            #expect(rows.first?.peer == "user:zhangsan" && rows.first?.text == "")
            #expect(try await world.jobs().isEmpty)
        }
    }

    @Test("one that was too old by our clock alone is a job when it comes again after that was set right")
    func clockSetRight() async throws {
        let a = try TestApp("a")
        let clock = Lock(Timestamp.now.advanced(by: .seconds(2 * 86_400)))
        try await withWorld(a, now: { clock.withLock { $0 } }) { (world: World) async throws in
            let callback = a.callback(a.message(at: .now))
            #expect(await world.answer(callback) == 403)
            let refused = try await world.jobs()
            #expect(refused.isEmpty)
            clock.withLock { $0 = .now }
            #expect(await world.answer(callback) == 200)
            let accepted = try await world.jobs()
            #expect(accepted.count == 1)
        }
    }

    @Test("without a limit a message may be of any age")
    func anyAge() async throws {
        let a = try TestApp("a")
        try await withWorld(a, maxAge: nil) { world in
            #expect(await world.answer(a.callback(a.message(at: Timestamp(seconds: 1)))) == 200)
        }
    }

    @Test("the time in the query does not count: it can be cut anew")
    func recut() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let old = try recut { a.sealed(a.message(at: Timestamp(seconds: 1_500_000_000)).xml) }
            #expect(await refused(old, by: world) == 403)
            let fresh = try recut { a.sealed(a.message().xml) }
            #expect(await world.answer(fresh) == 200)
            #expect(world.log().contains("beyond server.max_message_age"))
        }
    }

    /// The request with a digit moved from the nonce to the time. The signature holds for as long as the two are signed
    /// next to each other, which they are when the ciphertext begins with a letter.
    private func recut(_ make: () -> HTTPRequest) throws -> HTTPRequest {
        var request = make()
        while try Envelope(body: request.body).encrypted.first?.isLetter != true { request = make() }
        request.target = request.target.replacing(
            "timestamp=1700000000&nonce=99",
            with: "timestamp=17000000009&nonce=9"
        )
        return request
    }

    @Test("an envelope with a DOCTYPE gets 400, a document with one too")
    func doctype() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let bomb = "<!DOCTYPE xml [<!ENTITY a \"aaaa\">]>"
            var request = a.callback(a.message())
            request.body = Array(bomb.utf8) + request.body
            #expect(await refused(request, by: world) == 400)
            #expect(await refused(a.sealed(Array(bomb.utf8) + a.message().xml), by: world) == 400)
        }
    }

    @Test(
        "a sealed document that is none gets 400",
        arguments: [
            "", "hello", "<xml/>", "<xml><ToUserName>a</ToUserName></xml>", "{}", "\u{0}",
            "<xml><CreateTime>-1</CreateTime></xml>",
        ]
    )
    func documents(text: String) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await refused(a.sealed(Array(text.utf8)), by: world) == 400)
        }
    }

    @Test("rubbish at every layer is refused")
    func rubbish() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            var random = SeededNumbers()
            for round in 0..<300 {
                var request = round % 2 == 0 ? a.callback(a.message()) : a.sealed(rubbish(&random))
                switch round % 4 {
                case 0: request.body = damaged(request.body, &random)
                case 2: request.target = String(decoding: damaged(Array(request.target.utf8), &random), as: UTF8.self)
                default: break
                }
                let status = await world.answer(request)
                // Damage to what nobody signed may leave a callback as good as it was.
                #expect([400, 403].contains(status) || round % 2 == 0 && status == 200, "seed \(random.seed)")
            }
            let open = try await world.jobs()
            #expect(open.count <= 1)
        }
    }

    // MARK: Echoes

    @Test("a URL is verified with the bytes inside, on both paths", arguments: [nil, "a"])
    func echo(path: String?) async throws {
        let a = try TestApp("a"), b = try TestApp("b", agent: 2)
        try await withWorld(b, a) { world in
            for text in ["1616140317555161061", "x", "", String(repeating: "9", count: 256), "\u{FEFF}1 \n"] {
                let answer = await world.endpoint.answer(a.verification(Array(text.utf8)), app: path)
                #expect(answer.status == .ok && answer.bytes == Array(text.utf8))
                #expect(answer.headers["Content-Type"] == "text/plain")
            }
        }
    }

    @Test("an echo whose plus signs have become spaces is mended")
    func plus() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            for number in 0..<20 {
                var request = a.verification(Array("\(number)".utf8))
                for plus in ["+", "%20"] {
                    request.target = request.target.replacing("%2B", with: plus)
                    #expect(await world.endpoint.answer(request, app: "a").bytes == Array("\(number)".utf8))
                    request = a.verification(Array("\(number)".utf8))
                }
            }
        }
    }

    @Test("a captured message is not decrypted for whoever sends it as an echo", arguments: [nil, "a"])
    func capturedMessage(path: String?) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let callback = a.fake.keys.seal(
                message: a.message("my password is 1234").xml,
                receiver: a.key.corpID.text,
                timestamp: "1700000000",
                nonce: "9"
            )
            let request = HTTPRequest(.get, "/cb?\(callback.verificationQuery)")
            #expect(await refused(request, by: world, app: path) == 403)
        }
    }

    @Test(
        "what is too long or begins like a message is no echo",
        arguments: ["<", " <xml/>", "\u{FEFF}<", "{}", "\n{", String(repeating: "9", count: 257)]
    )
    func noEcho(text: String) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await refused(a.verification(Array(text.utf8)), by: world) == 403)
        }
    }

    @Test(
        "a callback from an address that is not allowed is refused, whoever signed it; proxies say whom they bring",
        arguments: [
            ("203.0.113.9", nil, true), ("198.51.100.9", nil, false), ("198.51.100.9", "203.0.113.9", false),
            ("127.0.0.1", "203.0.113.9", true), ("10.0.0.1", "198.51.100.9, 203.0.113.9", true),
            ("10.0.0.1", "203.0.113.9, 198.51.100.9", false), ("127.0.0.1", nil, false), (nil, nil, true),
        ] as [(String?, String?, Bool)])
    func sources(peer: String?, forwarded: String?, isTaken: Bool) async throws {
        let a = try TestApp("a")
        let networks = [IPNetwork("203.0.113.0/24")].compactMap(\.self)
        let sources = AllowedSources(networks, behind: ClientAddresses())
        try await withWorld(a, sources: sources) { world in
            var request = a.callback(a.message())
            request.peer = peer.flatMap { IPAddress($0) }
            if let forwarded { request.headers["X-Forwarded-For"] = forwarded }
            if isTaken {
                #expect(await world.answer(request) == 200)
            } else {
                #expect(await refused(request, by: world) == 403)
                #expect(world.metrics.page.contains("callbacks_refused_total{why=\"source\"} 1"))
                #expect(world.log().contains("server.allowed_sources"))
            }
        }
    }

    // MARK: Making

    /// The status, after a look at all that a refusal must not do.
    private func refused(_ request: HTTPRequest, by world: World, app: String? = nil) async -> Int {
        let answer = await world.endpoint.answer(request, app: app)
        let body = String(decoding: answer.bytes, as: UTF8.self)
        #expect(body == (answer.status == .forbidden ? "forbidden\n" : "bad request\n"))
        let open = try? await world.jobs()
        #expect(open?.isEmpty == true)
        return answer.status.code
    }

    private func rubbish(_ random: inout SeededNumbers) -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private func damaged(_ bytes: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard let index = bytes.indices.randomElement(using: &random) else { break }
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            }
        }
        return bytes
    }
}
