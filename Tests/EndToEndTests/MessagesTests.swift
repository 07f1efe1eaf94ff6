import Foundation
import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Messages that programs have sent", .timeLimit(.minutes(5)))
struct MessagesTests {
    @Test("every type of message leaves as it was asked for, once", arguments: everyType)
    func types(_ sample: MessageSample) async throws {
        try await withInterface { world, api in
            let app = world.apps[0]
            world.wecom.bindMiniProgram("wx1", to: app)
            var wanted = sample.json
            for kind in [FakeMedia.Kind.image, .voice, .video, .file] {
                let name = kind == .image ? "a.jpg" : "a.pdf"
                let media = world.wecom.hold([1, 2, 3, 4, 5, 6, 7], kind, named: name, of: app.corpID)
                wanted = wanted.replacing("$\(kind.rawValue)", with: media.id)
            }
            let asked = try JSONValue(parsing: Array(wanted.utf8))
            let end = try await api.end(of: try await api.post(asked))
            #expect(end.state == "sent", "\(end.reason)")
            let left = try #require(world.wecom.transcript.messages.first?.request)
            guard case .object(let members) = asked else { return }
            let added: [JSONValue.Member] = [
                .init("agentid", .integer(app.agentID.number)), .init("enable_duplicate_check", 1),
                .init("duplicate_check_interval", 14_400),
            ]
            #expect(left == .object(members + added))
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("what a message leaves open is filled in from the app's defaults, and what it says stays")
    func defaults() async throws {
        func open(_ configuration: inout Configuration) {
            configuration.apps[0].conduct.sendDefaults.users = "lisi|wangwu"
            configuration.apps[0].conduct.sendDefaults.safe = 1
        }
        try await withInterface(adjust: open) { world, api in
            let bare: JSONValue = ["msgtype": "text", "text": ["content": "to all of you"]]
            #expect(try await api.end(of: try await api.post(bare)).state == "sent")
            let own: JSONValue = [
                "toparty": "1", "msgtype": "text", "text": ["content": "to others"], "safe": 0,
            ]
            _ = try await api.end(of: try await api.post(own))
            let card: JSONValue = [
                "msgtype": "textcard", "textcard": ["title": "t", "description": "d", "url": "https://e.com"],
            ]
            #expect(try await api.end(of: try await api.post(card)).state == "sent")
            let requests = world.wecom.transcript.messages.map(\.request)
            #expect(requests.first?["touser"] == "lisi|wangwu" && requests.first?["safe"] == 1)
            #expect(requests.last?["touser"] == "lisi|wangwu" && requests.last?["safe"] == nil)
            let second = requests.first { $0["text"]?["content"] == "to others" }
            #expect(second.map { $0["touser"] == nil && $0["safe"] == 0 } ?? true)
        }
    }

    @Test("a message that names somebody takes the app's other recipients only where the app says so")
    func filling() async throws {
        for (fill, party) in [(SendDefaults.Fill.noneNamed, nil), (.each, "1")] as [(SendDefaults.Fill, JSONValue?)] {
            func open(_ configuration: inout Configuration) {
                configuration.apps[0].conduct.sendDefaults.fill = fill
                configuration.apps[0].conduct.sendDefaults.users = "lisi"
                configuration.apps[0].conduct.sendDefaults.parties = "1"
            }
            try await withInterface(adjust: open) { world, api in
                let posted = try await api.post(text("hello", to: "u1"))
                let end = try await api.end(of: posted)
                #expect(end.state == "sent")
                let request = world.wecom.transcript.messages.first?.request
                #expect(request?["touser"] == "u1" && request?["toparty"] == party, "\(fill)")
            }
        }
    }

    @Test("the caller says how WeCom looks for duplicates, of a file too, and what it says stays through a second try")
    func duplicateCheck() async throws {
        try await withInterface { world, api in
            let file: JSONValue = ["name": "a.txt", "data": .string(Data("some words".utf8).base64EncodedString())]
            let messages: [(JSONValue, check: JSONValue, interval: JSONValue?)] = [
                (["touser": "u1", "content": "a", "enable_duplicate_check": 0], 0, nil),
                (["touser": "u1", "content": "b", "enable_duplicate_check": 1], 1, nil),
                (
                    ["touser": "u1", "content": "c", "enable_duplicate_check": 1, "duplicate_check_interval": 60], 1, 60
                ),
                (
                    [
                        "touser": "u1", "msgtype": "file", "upload": file, "enable_duplicate_check": 1,
                        "duplicate_check_interval": 90,
                    ], 1, 90
                ),
            ]
            for (message, check, interval) in messages {
                world.wecom.faults.next(.send, .status(503))
                let end = try await api.end(of: try await api.post(message))
                #expect(end.state == "sent", "\(end.reason)")
                let request = try #require(world.wecom.transcript.messages.last?.request)
                #expect(request["enable_duplicate_check"] == check)
                #expect(request["duplicate_check_interval"] == interval)
            }
        }
    }

    @Test(
        "a flat message is read as WeCom's nested one",
        arguments: [
            (#"{"touser":"u1","content":"hi"}"#, #"{"touser":"u1","msgtype":"text","text":{"content":"hi"}}"#),
            (#"{"text":{"content":"hi"},"touser":"u1"}"#, #"{"touser":"u1","msgtype":"text","text":{"content":"hi"}}"#),
            (
                #"{"touser":"u1","msgtype":"markdown","content":"**hi**"}"#,
                #"{"touser":"u1","msgtype":"markdown","markdown":{"content":"**hi**"}}"#
            ),
            (
                #"{"touser":"u1","msgtype":"textcard","title":"t","description":"d","url":"https://e.com","btntxt":"查看更多吧"}"#,
                #"{"touser":"u1","msgtype":"textcard","textcard":{"title":"t","description":"d","url":"https://e.com","btntxt":"查看更多"}}"#
            ),
        ])
    func flat(written: String, nested: String) async throws {
        try await withInterface { world, api in
            for body in [written, nested] {
                let answer = try await api.end(of: try await api.post(try JSONValue(parsing: Array(body.utf8))))
                #expect(answer.state == "sent", "\(answer.reason)")
            }
            let requests = world.wecom.transcript.messages.map(\.request)
            func told(_ request: JSONValue) -> JSONValue? {
                request["msgtype"]?.string.flatMap { request[$0] }
            }
            #expect(requests.count == 2 && requests[0]["touser"] == "u1")
            let first = requests.first { $0["enable_duplicate_check"] != nil } ?? requests[0]
            #expect(told(first) == told(requests[0]) && told(requests[0]) == told(requests[1]))
        }
    }

    @Test("what is neither flat nor nested is refused with the field")
    func neither() async throws {
        try await withInterface { world, api in
            for (body, field) in [
                (#"{"touser":"u1"}"#, "msgtype"), (#"{"touser":"u1","msgtype":"text"}"#, "text"),
                (#"{"touser":"u1","content":""}"#, "text.content"),
                (#"{"touser":"u1","content":"x","colour":"red"}"#, "text.colour"),
                (#"{"touser":"u1","msgtype":"text","text":{"content":"x"},"content":"y"}"#, "content"),
                (#"{"touser":"u1","msgtype":"fax","content":"x"}"#, "msgtype"),
            ] {
                let answer = try await api(.post, "/messages", try JSONValue(parsing: Array(body.utf8)))
                #expect(answer.status == .badRequest && answer.field == field, "\(body): \(answer.field)")
            }
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("a repeat under the same key sends nothing, and another message under it is refused, after a restart too")
    func keys() async throws {
        try await withWorld(adjust: { $0.management.token = Secret(ProgrammingInterface.token) }) { world in
            let client = CurlTransport()
            var first: ProgrammingInterface.Answer?
            for _ in 1...2 {
                let router = try await world.startRouter()
                let api = ProgrammingInterface(client: client, port: router.managementPort)
                for _ in 1...2 {
                    let answer = try await api(.post, "/messages", text("once"), headers: ["Idempotency-Key": "k-1"])
                    #expect(answer.status == (first == nil ? .accepted : .ok))
                    #expect(answer.headers["Location"] == "/v1/messages/\(answer.id)")
                    #expect(first == nil || answer.id == first?.id)
                    first = first ?? answer
                }
                let other = try await api(.post, "/messages", text("twice"), headers: ["Idempotency-Key": "k-1"])
                #expect(other.status == .conflict && other.error.contains("Idempotency-Key"))
                let end = try await api.end(of: try #require(first))
                #expect(end.state == "sent")
                router.stop()
                try await router.ended()
            }
            await client.close()
            #expect(world.wecom.transcript.messages.map(\.text) == ["once"])
        }
    }

    @Test("a key that is too long or has spaces is refused", arguments: [String(repeating: "k", count: 256), "a b"])
    func badKeys(_ key: String) async throws {
        try await withInterface { _, api in
            let answer = try await api(.post, "/messages", text("x"), headers: ["Idempotency-Key": key])
            #expect(answer.status == .badRequest && answer.field == "Idempotency-Key")
        }
    }

    // MARK: Who may ask

    @Test("without the right token there is no way in, and without a token in the configuration none at all")
    func tokens() async throws {
        try await withInterface { world, api in
            for wrong in ["Bearer", "Bearer not-a-real-tokem", "Basic bm90LWEtcmVhbC10b2tlbg==", "not-a-real-token"] {
                let answer = try await api(.post, "/messages", text("x"), headers: ["Authorization": wrong])
                #expect(answer.status == .unauthorized, "\(wrong)")
                #expect(answer.headers["WWW-Authenticate"] == "Bearer")
            }
            #expect(try await api.raw(.get, "/jobs", [], [:]).status == .unauthorized)
            #expect(try await api(.get, "/jobs", headers: ["Authorization": "bearer not-a-real-token"]).status == .ok)
            #expect(world.wecom.transcript.messages.isEmpty)
        }
        try await withInterface(adjust: { $0.management.token = nil }) { _, api in
            let (looked, sent) = (try await api(.get, "/jobs"), try await api(.post, "/messages", text("x")))
            #expect(looked.status == .notFound && sent.status == .notFound)
        }
    }

    // MARK: What became of it

    @Test("a message is pending behind another that is being sent, and then sent")
    func states() async throws {
        try await withInterface { world, api in
            let hold = Signpost()
            world.wecom.faults.next(.send, .hold(hold))
            let first = try await api.post(text("first"))
            while try await api(.get, "/messages/\(first.id)").state != "sending" { await beforeLookingAgain() }
            let second = try await api.post(text("second"))
            #expect(try await api(.get, "/messages/\(second.id)").state == "pending")
            let early = try await api(.delete, "/messages/\(second.id)")
            #expect(early.status == .conflict && early.error.contains("is pending"))
            hold.reach()
            let end = try await api.end(of: second)
            #expect(end.state == "sent" && end.json["attempts"] == 1 && end.json["app"] == "dept-a")
            #expect(end.json["wecom_msgid"]?.string == world.wecom.transcript.messages.last?.messageID)
            #expect(world.wecom.transcript.messages.map(\.text) == ["first", "second"])
        }
    }

    @Test("one whom WeCom does not know is named: as the reason of a failure, or of what the others got")
    func unreached() async throws {
        try await withInterface { world, api in
            world.wecom.changeCorp(world.apps[0].corpID) { corp in
                corp.isOpen = false
                corp.add(FakeMember(UserID("u1"), name: "一"))
            }
            let several = try await api.end(of: try await api.post(text("hello", to: "u1|ghost")))
            #expect(several.state == "sent" && several.reason == "not reached: users ghost")
            #expect(several.json["invaliduser"] == ["ghost"] && several.json["invalidparty"] == [])
            let others: JSONValue = [
                "touser": "u1", "toparty": "1|404", "totag": "77", "msgtype": "text", "text": ["content": "hello"],
            ]
            let groups = try await api.end(of: try await api.post(others))
            #expect(groups.state == "sent", "\(groups.reason)")
            #expect(groups.json["invalidparty"] == [404] && groups.json["invalidtag"] == [77])
            #expect(groups.json["invaliduser"] == [] && groups.json["unlicenseduser"] == [])
            let alone = try await api.end(of: try await api.post(text("hello", to: "ghost")))
            #expect(alone.state == "failed" && !alone.reason.isEmpty && alone.json["invaliduser"] == .null)
            #expect(world.wecom.transcript.messages.first?.recipients == [UserID("u1")])
        }
    }

    @Test("a message that was sent is taken back")
    func recall() async throws {
        try await withInterface { world, api in
            let sent = try await api.end(of: try await api.post(text("wrong")))
            let recall = try await api(.delete, "/messages/\(sent.id)")
            #expect(recall.status == .accepted && recall.id != sent.id)
            #expect(recall.headers["Location"] == "/v1/messages/\(recall.id)")
            #expect(try await api.end(of: recall).state == "sent")
            #expect(world.wecom.transcript.recalls.map(\.text) == ["wrong"])
        }
    }

    @Test("a card is changed once with the code that came when it was sent")
    func card() async throws {
        try await withInterface { world, api in
            let asked = try JSONValue(parsing: Array(MessageSample.buttons.json.utf8))
            let sent = try await api.end(of: try await api.post(asked))
            #expect(sent.json["response_code"]?.string != nil)
            let change: JSONValue = ["atall": 1, "button": ["replace_name": "已处理"]]
            let update = try await api(.post, "/messages/\(sent.id)/card", change)
            #expect(update.status == .accepted)
            #expect(try await api.end(of: update).state == "sent")
            #expect(world.wecom.transcript.cardUpdates.map(\.message.messageID) == [sent.json["wecom_msgid"]?.string])
            let again = try await api.end(of: try await api(.post, "/messages/\(sent.id)/card", change))
            #expect(again.state == "failed" && again.reason.contains("60140"))
            let words = try await api.end(of: try await api.post(text("no card")))
            let none = try await api(.post, "/messages/\(words.id)/card", change)
            #expect(none.status == .conflict && none.error.contains("response_code"))
            let empty = try await api(.post, "/messages/\(sent.id)/card", ["atall": 1])
            #expect(empty.status == .badRequest && empty.field == "template_card")
        }
    }

    // MARK: Files

    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](0...255)

    @Test("a file that comes with the message arrives with its name and its bytes")
    func upload() async throws {
        try await withInterface { world, api in
            let message: JSONValue = [
                "touser": "u1", "msgtype": "image", "safe": 1,
                "upload": ["name": "../图 1.png", "data": .string(Data(MessagesTests.png).base64EncodedString())],
            ]
            let end = try await api.end(of: try await api.post(message))
            #expect(end.state == "sent", "\(end.reason)")
            let media = try #require(world.wecom.transcript.messages.first?.media)
            #expect(media.kind == .image && media.name == "图 1.png")
            #expect(world.wecom.bytes(of: media) == MessagesTests.png)
            #expect(world.wecom.transcript.messages.first?.request["safe"] == 1)
        }
    }

    @Test("the same file in many messages at once goes with each of them, whole")
    func sameUploads() async throws {
        try await withInterface { world, api in
            let bytes = [UInt8](repeating: 7, count: 1 << 20)
            let upload: JSONValue = ["name": "a.bin", "data": .string(Data(bytes).base64EncodedString())]
            let answers = try await withThrowingTaskGroup(of: ProgrammingInterface.Answer.self) { group in
                for number in 1...16 {
                    group.addTask {
                        try await api.post(
                            ["touser": .string("u\(number)"), "msgtype": "file", "upload": upload])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                let end = try await api.end(of: answer)
                #expect(end.state == "sent", "\(end.reason)")
            }
            #expect(world.wecom.transcript.messages.count == 16)
            #expect(world.wecom.transcript.messages.allSatisfy { $0.media.map(world.wecom.bytes) == bytes })
        }
    }

    @Test("an upload that cannot go is refused with the field that says why, and nothing is sent")
    func badUploads() async throws {
        try await withInterface { world, api in
            func refusal(_ type: String, _ upload: JSONValue, _ more: [JSONValue.Member]) async throws -> String {
                let members: [JSONValue.Member] = [
                    .init("touser", "u1"), .init("msgtype", .string(type)), .init("upload", upload),
                ]
                let answer = try await api(.post, "/messages", .object(members + more))
                #expect(answer.status == .badRequest, "\(answer.json)")
                return answer.field
            }
            func file(_ bytes: [UInt8]) -> JSONValue {
                ["name": "a", "data": .string(Data(bytes).base64EncodedString())]
            }
            let words = Array("these are words".utf8)
            let cases: [(type: String, upload: JSONValue, more: [JSONValue.Member], field: String)] = [
                ("image", file(words), [], "upload.data"), ("file", file([1, 2, 3]), [], "upload.data"),
                ("image", file([UInt8](repeating: 0, count: 10 << 20 + 1)), [], "upload.data"),
                ("file", ["name": "a", "data": "?"], [], "upload.data"),
                ("file", ["data": "QUFBQUFBQUE="], [], "upload.name"),
                ("file", ["name": "", "data": "QUFBQUFBQUE="], [], "upload.name"),
                ("file", ["name": "a", "data": "", "x": 1], [], "upload.x"), ("file", "x", [], "upload"),
                ("text", file(words), [], "msgtype"),
                ("file", file(words), [.init("file", ["media_id": "x"])], "file"),
                ("file", file(words), [.init("upload", file(words))], "upload"),
            ]
            for (type, upload, more, field) in cases {
                let refused = try await refusal(type, upload, more)
                #expect(refused == field, "\(type)")
            }
            #expect(world.wecom.transcript.messages.isEmpty && world.wecom.transcript.uploads.isEmpty)
        }
    }

    // MARK: Refusals

    @Test("a message that WeCom would refuse is refused at once, with the field and the limit")
    func faults() async throws {
        try await withInterface { _, api in
            let long = try await api(.post, "/messages", text(String(repeating: "字", count: 683)))
            #expect(long.status == .badRequest && long.field == "text.content")
            #expect(long.error == "text.content has 2049 bytes; WeCom takes at most 2048")
            let nobody = try await api(.post, "/messages", text("x", to: ""))
            #expect(nobody.status == .badRequest && nobody.field == "touser")
            let unknown = try await api(
                .post, "/messages", ["touser": "u1", "msgtype": "text", "text": ["content": "x"], "agentid": 1])
            #expect(unknown.status == .badRequest && unknown.field == "agentid")
        }
    }

    @Test("an app is named where there are several, by its name or its numbers, and a wrong name gets a hint")
    func apps() async throws {
        try await withInterface(apps: ["dept-a", "dept-b"]) { world, api in
            func post(_ app: JSONValue?) async throws -> ProgrammingInterface.Answer {
                guard case .object(let members) = text("hello") else { throw CancellationError() }
                return try await api(
                    .post, "/messages", .object(members + (app.map { [.init("app", $0)] } ?? [])))
            }
            for (app, words) in [(nil, "missing"), ("dept-c", "did you mean dept-"), (7, "string")]
                as [(JSONValue?, String)]
            {
                let answer = try await post(app)
                #expect(answer.status == .badRequest && answer.field == "app" && answer.error.contains(words))
            }
            let b = world.apps[1]
            for name in ["dept-b", "\(b.corpID)/\(b.agentID)"] {
                #expect(try await api.end(of: try await post(.string(name))).json["app"] == "dept-b")
            }
            #expect(world.wecom.transcript.messages.map(\.corpID) == [b.corpID, b.corpID])
        }
    }

    @Test("what is no JSON, of another type, too large, of another method or of no such path: 400, 415, 413, 405, 404")
    func requests() async throws {
        try await withInterface { _, api in
            let bearer = "Bearer \(ProgrammingInterface.token)"
            let json: HTTPHeaders = ["Authorization": bearer, "Content-Type": "application/json; charset=utf-8"]
            for body in ["", "{", "[]", "null", #"{"a":1}{"#] {
                let answer = try await api.raw(.post, "/messages", Array(body.utf8), json)
                #expect(answer.status == .badRequest && !answer.error.isEmpty, "\(body)")
            }
            let form: HTTPHeaders = ["Authorization": bearer, "Content-Type": "application/x-www-form-urlencoded"]
            #expect(try await api.raw(.post, "/messages", text("x").bytes, form).status == .unsupportedMediaType)
            let head = "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(28 << 20 + 1)\r\n\r\n"
            #expect(try await firstLine(toHead: head, port: api.port) == "HTTP/1.1 413 Content Too Large")
            let get = try await api(.get, "/messages")
            #expect(get.status == .methodNotAllowed && get.headers["Allow"] == "POST")
            let put = try await api(.put, "/messages/d-0000000000000")
            #expect(put.status == .methodNotAllowed && put.headers["Allow"] == "GET, HEAD, DELETE")
            for path in ["/messages/d-0000000000000", "/messages/x", "/messages/", "/messages/x/y", "/x", "/"] {
                #expect(try await api(.get, path).status == .notFound, "\(path)")
            }
            #expect(try await api(.head, "/jobs").status == .ok)
            #expect(try await api(.get, "/jobs?limit=+5").status == .badRequest)
            #expect(try await api(.get, "/deliveries?state=").status == .badRequest)
        }
    }
}
