import HTTP
import HTTPClient
import JSON
import Simulator
import Testing
import WeCom

@Suite("The control API", .timeLimit(.minutes(5))) struct ControlAPITests {
    /// A program that asks.
    private struct Caller {
        let hand: Stagehand

        func ask(
            _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:]
        ) async throws -> (status: Int, json: JSONValue) {
            let url = hand.world.url.replacing("/cgi-bin", with: "/control/v1/\(path)")
            var headers = headers
            if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
            let answer = try await hand.world.transport.send(
                HTTPRequest(method, url, headers: headers, body: body?.bytes ?? []), .init())
            return (answer.status.code, (try? JSONValue(parsing: answer.bytes)) ?? .null)
        }
    }

    private func withCaller(_ body: (Caller) async throws -> Void) async throws {
        try await withStagehand { hand in
            hand.world.wecom.open(ControlAPI(hand.player))
            try await body(Caller(hand: hand))
        }
    }

    @Test("what people do and see is done and read over HTTP")
    func steps() async throws {
        try await withCaller { caller async throws in
            try await Ear.listening(to: caller.hand.world) { ear in
                let said = try await caller.ask(.post, "say", ["app": "desk", "user": "u2", "text": "hi"])
                #expect(said.status == 200 && ear.messages.map { $0.from?.text } == ["u2"])
            }
            try await caller.hand.send("hello", to: "u2")
            let seen = try await caller.ask(.post, "expect", ["from": "desk", "to": "u2", "text": "hello"])
            #expect(seen.status == 200 && seen.json["position"] == 1)
            #expect(seen.json["seen"]?.array?.first?["kind"] == "text")
            let missed = try await caller.ask(.post, "expect", ["text": "hello", "within": "0"])
            #expect(missed.status == 409 && missed.json["came"] == "nothing")
            let all = try await caller.ask(.get, "transcript?after=0&to=u2")
            #expect(all.json["seen"]?.array?.compactMap { $0["text"]?.string } == ["hello"])
            #expect(try await caller.ask(.get, "transcript?kind=file").json["seen"]?.array?.isEmpty == true)
        }
    }

    @Test("the clock, the faults and who there is can be read, and faults be taken back")
    func reading() async throws {
        try await withCaller { caller async throws in
            _ = try await caller.ask(.post, "clock", ["advance": "+15m"])
            #expect(try await caller.ask(.get, "clock").json["ahead_ms"] == 900_000)
            _ = try await caller.ask(.post, "fault", ["kind": "rate", "app": "desk", "times": 2])
            let fault = try await caller.ask(.get, "faults").json["faults"]?.array?.first
            #expect(fault?["fault"] == "errcode 45009" && fault?["calls"] == ["send"] && fault?["times"] == 2)
            #expect(try await caller.ask(.delete, "faults").json["faults"]?.array?.isEmpty == true)
            let names = try await caller.ask(.get, "parties").json["parties"]?.array?.compactMap { $0["name"]?.string }
            #expect(names == ["desk", "shop", "bot"])
        }
    }

    @Test("a file that was sent is fetched, to be saved")
    func files() async throws {
        try await withCaller { caller async throws in
            let file = try await caller.hand.world.uploaded(Array("<svg onload=x>".utf8), "file", named: "a.svg")
            _ = try await caller.hand.world.send("file", ["media_id": .string(file)])
            let seen = try await caller.ask(.post, "expect", ["kind": "file"])
            let position = try #require(seen.json["seen"]?.array?.first?["position"]?.integer)
            let url = caller.hand.world.url.replacing("/cgi-bin", with: "/control/v1/files/\(position)")
            let answer = try await caller.hand.world.transport.send(HTTPRequest(.get, url), .init())
            #expect(answer.bytes == Array("<svg onload=x>".utf8))
            #expect(answer.headers["Content-Disposition"] == "attachment")
            #expect(answer.headers["Content-Type"] == "application/octet-stream")
            #expect(try await caller.ask(.get, "files/0").status == 404)
            #expect(try await caller.ask(.get, "files/99").status == 404)
        }
    }

    @Test(
        "a page of another server gets nothing, and neither does who asks for another host",
        arguments: [
            ["Host": "example.com"], ["Origin": "http://example.com"], ["Origin": "null"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
        ] as [[String: String]])
    func door(fields: [String: String]) async throws {
        try await withCaller { caller async throws in
            var headers = HTTPHeaders()
            for (name, value) in fields { headers.append(name, value) }
            let read = try await caller.ask(.get, "transcript", headers: headers)
            let moved = try await caller.ask(.post, "clock", ["advance": "+15m"], headers: headers)
            #expect(read.status == 403 && moved.status == 403)
            #expect(caller.hand.world.wecom.clock.lead == .zero)
        }
    }

    @Test("a form that a browser would send without asking is refused for its type")
    func forms() async throws {
        try await withCaller { caller async throws in
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let answer = try await caller.ask(
                    .post, "clock", ["advance": "+15m"], headers: ["Content-Type": type])
                #expect(answer.status == 415)
            }
        }
    }

    @Test("what is not right is told: method, path, parameters, body, and a path of ours for a file")
    func refusals() async throws {
        try await withCaller { caller async throws in
            #expect(try await caller.ask(.get, "say").status == 405)
            #expect(try await caller.ask(.post, "transcript", [:]).status == 405)
            #expect(try await caller.ask(.get, "nothing").status == 404)
            #expect(try await caller.ask(.get, "clock?x=1").status == 400)
            #expect(try await caller.ask(.get, "transcript?after=1&after=2").status == 400)
            #expect(try await caller.ask(.get, "transcript?limit=0").status == 400)
            #expect(try await caller.ask(.post, "say", "hi").status == 400)
            #expect(try await caller.ask(.post, "wait", ["for": "61s"]).status == 400)
            #expect(try await caller.ask(.post, "say", ["file": "/etc/passwd"]).status == 400)
            #expect(try await caller.ask(.post, "kill", ["name": "router"]).status == 404)
            #expect(try await caller.ask(.post, "say", ["app": "nobody", "text": "hi"]).status == 404)
        }
    }

    @Test("a name that nobody and nothing has is not found, whatever is to become of it")
    func names() async throws {
        try await withCaller { caller async throws in
            let wecom = caller.hand.world.wecom
            let asked: [(String, JSONValue)] = [
                ("expect", ["from": "desc", "within": "0"]), ("expect_nothing", ["from": "desc", "for": "0"]),
                ("expect_nothing", ["to": "u11", "for": "0"]), ("fault", ["kind": "rate", "corp": "wwnosuch"]),
                ("fault", ["kind": "rate", "app": "desc"]),
            ]
            for (path, body) in asked {
                let answer = try await caller.ask(.post, path, body)
                #expect(answer.status == 404, "\(path) \(body.text): \(answer.json.text)")
            }
            #expect(wecom.faults.orders.isEmpty)
            #expect(try await caller.ask(.get, "transcript?from=desc").status == 404)
            #expect(try await caller.ask(.post, "expect", ["to": "u9", "within": "0"]).status == 409)
            for app in caller.hand.world.apps { wecom.changeCorp(app.corpID) { $0.isOpen = false } }
            let ghosts: [(String, JSONValue)] = [
                ("say", ["app": "desk", "user": "ghost", "text": "boo"]), ("enter", ["app": "desk", "user": "ghost"]),
                ("say", ["bot": "bot", "user": "ghost", "text": "boo"]), ("click", ["user": "ghost", "button": "x"]),
                ("expect", ["to": "ghost", "within": "0"]), ("fault", ["kind": "rate", "user": "ghost"]),
            ]
            for (path, body) in ghosts {
                let answer = try await caller.ask(.post, path, body)
                #expect(answer.status == 404, "\(path) \(body.text): \(answer.json.text)")
            }
            #expect(wecom.transcript.callbacks.isEmpty)
        }
    }

    @Test("nothing of it is there unless it is opened")
    func closed() async throws {
        try await withStagehand { hand async throws in
            #expect(try await Caller(hand: hand).ask(.get, "transcript").status == 404)
        }
    }
}
