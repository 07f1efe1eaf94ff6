import JSON
import System
import Testing
import WeCom

private struct Misread: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

private func frame(_ text: String) throws -> BotFrame { try BotFrame(parsing: Array(text.utf8)) }

@Suite struct BotFrameTests {
    @Test(
        "a message is known by its command, old and new, and has the id that answers it",
        arguments: ["aibot_msg_callback", "aibot_callback"])
    func message(command: String) throws {
        let body = #"{"msgid":"M","chattype":"single","from":{"userid":"u"},"msgtype":"text","text":{"content":"x"}}"#
        let read = try frame(#"{"cmd":"\#(command)","headers":{"req_id":"R1"},"body":\#(body)}"#)
        guard case .message(let id, let json) = read else { throw Misread("\(read)") }
        #expect(id == BotRequestID("R1"))
        let document = try BotDocument(json: json, receivedAt: Timestamp(seconds: 1))
        guard case .message(let message) = document else { throw Misread("\(document)") }
        #expect(message.content == .text("x") && message.createTime == Timestamp(seconds: 1))
    }

    @Test("an event is one, also with an answer's fields")
    func event() throws {
        let body: JSONValue = ["event": ["eventtype": "enter_chat"]]
        #expect(
            try frame(
                #"{"cmd":"aibot_event_callback","headers":{"req_id":"R"},"errcode":0,"body":\#(body.text)}"#)
                == .event(BotRequestID("R"), body))
    }

    @Test(
        "a kick is known whatever else is missing from it or stands in it",
        arguments: [
            (#"{"cmd":"aibot_event_callback","body":{"event":{"eventtype":"disconnected_event"}}}"#, nil),
            (
                #"""
                {"cmd":"aibot_event_callback","headers":{"req_id":"R"},"body":{"msgid":"1","create_time":1700000000,
                "aibotid":"a","from":{"userid":"sys"},"msgtype":"event",
                "event":{"eventtype":"disconnected_event","reason":"taken over"}}}
                """#, "taken over"
            ),
            (#"{"cmd":"aibot_event_callback","headers":7,"body":{"event":{"eventtype":"disconnected_event"}}}"#, nil),
        ])
    func kick(text: String, reason: String?) throws {
        #expect(try frame(text) == .kick(reason: reason))
    }

    @Test("a kick is looked for where it stands and nowhere else")
    func noKick() throws {
        let id = BotRequestID("R")
        for body: JSONValue in [
            ["event_type": "disconnected_event"], ["event": ["type": "disconnected_event"]],
            ["event": ["event_type": "disconnected_event"]], ["eventtype": "disconnected_event"],
        ] {
            let text = #"{"cmd":"aibot_event_callback","headers":{"req_id":"R"},"body":\#(body.text)}"#
            #expect(try frame(text) == .event(id, body))
        }
        #expect(
            try frame(
                #"""
                {"cmd":"aibot_msg_callback","headers":{"req_id":"R"},
                "body":{"event":{"eventtype":"disconnected_event"}}}
                """#
            )
                == .message(id, ["event": ["eventtype": "disconnected_event"]]))
    }

    @Test("an answer is known by its id, with a command and without one")
    func answer() throws {
        let plain = try frame(#"{"headers":{"req_id":"R"},"errcode":0,"errmsg":"ok","body":{"upload_id":"U"}}"#)
        let answer = BotAnswer(BotRequestID("R"), code: ErrorCode(0), message: "ok", body: ["upload_id": "U"])
        #expect(plain == .answer(answer) && answer.isSuccess)
        let echoed = try frame(#"{"cmd":"aibot_subscribe","headers":{"req_id":"R"},"errcode":853000,"errmsg":"no"}"#)
        let refusal = BotAnswer(BotRequestID("R"), code: .wrongBotSecret, message: "no")
        #expect(echoed == .answer(refusal) && !refusal.isSuccess)
    }

    @Test(
        "an answer that does not say how it went is no success",
        arguments: [#""errmsg":"ok""#, #""errcode":null"#, #""errcode":"ok""#, #""errcode":0.5"#, #""errcode":[0]"#])
    func silentAnswer(rest: String) throws {
        guard case .answer(let answer) = try frame(#"{"headers":{"req_id":"R"},\#(rest)}"#) else {
            throw Misread("no answer")
        }
        #expect(answer.code == nil && !answer.isSuccess)
    }

    @Test("WeCom's words are bounded")
    func longWords() throws {
        let words = String(repeating: "中", count: 10_000)
        guard case .answer(let answer) = try frame(#"{"headers":{"req_id":"R"},"errcode":1,"errmsg":"\#(words)"}"#)
        else { throw Misread("no answer") }
        #expect(answer.message.count == 500)
    }

    @Test("what nobody told us of is told by its command, and is no fault")
    func unknown() throws {
        #expect(try frame(#"{"cmd":"aibot_new_thing","body":{}}"#) == .unknown(command: "aibot_new_thing"))
        #expect(try frame(#"{"body":{}}"#) == .unknown(command: nil) && frame("{}") == .unknown(command: nil))
        #expect(try frame(#"{"cmd":"x","headers":{}}"#) == .unknown(command: "x"))
    }

    @Test(
        "a frame that cannot be answered or understood is refused by what it lacks",
        arguments: [
            (#"{"cmd":"aibot_msg_callback","body":{}}"#, .missing("headers")),
            (#"{"cmd":"aibot_msg_callback","headers":{},"body":{}}"#, .missing("headers.req_id")),
            (#"{"cmd":"aibot_msg_callback","headers":{"req_id":""},"body":{}}"#, .missing("headers.req_id")),
            (#"{"cmd":"aibot_msg_callback","headers":{"req_id":"R"}}"#, .missing("body")),
            (#"{"cmd":"aibot_event_callback","body":{}}"#, .missing("headers")),
            (
                #"{"cmd":"aibot_msg_callback","headers":{"req_id":7},"body":{}}"#,
                .wrongKind("headers.req_id", wanted: "a string")
            ),
            (#"{"cmd":"a","cmd":"b"}"#, .unclear("cmd")), (#"{"cmd":5}"#, .wrongKind("cmd", wanted: "a string")),
            ("[]", .wrongKind("its content", wanted: "an object")),
        ] as [(String, InboundMessageError)])
    func malformed(text: String, error: InboundMessageError) {
        #expect(throws: error) { try frame(text) }
    }

    @Test("a frame that is no JSON, or nested 10,000 deep, is refused without a crash")
    func rubbish() {
        let deep = String(repeating: #"{"body":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        for text in ["", "\0", "{", deep] {
            #expect(throws: InboundMessageError.self) { try frame(text) }
        }
    }

    @Test("what the simulator writes is read as the same")
    func roundTrip() throws {
        for original: BotFrame in [
            .message(BotRequestID("R"), ["a": 1]), .event(BotRequestID("R"), ["event": ["eventtype": "x"]]),
            .kick(reason: nil), .kick(reason: "why"), .unknown(command: "x"), .unknown(command: nil),
            .answer(BotAnswer(BotRequestID("R"), code: ErrorCode(0), message: "ok")),
            .answer(BotAnswer(BotRequestID("R"), code: nil)),
            .answer(BotAnswer(BotRequestID("R"), code: ErrorCode(-1), message: "busy", body: ["media_id": "M"])),
        ] {
            #expect(try BotFrame(parsing: original.json.bytes) == original)
        }
    }
}

@Suite struct BotCommandTests {
    private let id = BotRequestID("R1")

    private func text(_ command: BotCommand) -> String { String(decoding: command.frame(id), as: UTF8.self) }

    @Test("each command is written as WeCom wants it")
    func frames() throws {
        let stream = BotReply.stream(.opening("S"))
        let upload = try BotUpload(.file, named: SafeFileName("a.pdf"), size: 700_000, md5: [0xAB, 0xCD])
        let card = TemplateCard.notice(title: "T", opening: "https://e")
        let frames: [(BotCommand, String)] = [
            (
                .subscribe(BotID("aib1"), Secret("S3")),
                #""cmd":"aibot_subscribe",@,"body":{"bot_id":"aib1","secret":"S3"}"#
            ),
            (.ping, #""cmd":"ping",@"#),
            (.respond(stream), #""cmd":"aibot_respond_msg",@,"body":\#(stream.json.text)"#),
            (
                .welcome(.text("hi")),
                #""cmd":"aibot_respond_welcome_msg",@,"body":{"msgtype":"text","text":{"content":"hi"}}"#
            ),
            (
                .updateCard(BotCardUpdate(card)),
                #""cmd":"aibot_respond_update_msg",@,"body":{"response_type":"update_template_card","#
                    + #""template_card":\#(card.json.text)}"#
            ),
            (
                .send(.markdown("x"), to: .user(UserID("ZhangSan"))),
                #""cmd":"aibot_send_msg",@,"body":{"chatid":"ZhangSan","chat_type":1,"msgtype":"markdown","#
                    + #""markdown":{"content":"x"}}"#
            ),
            (
                .send(.media(MediaID("M"), as: .video, title: "T"), to: .group(ChatID("wrA"))),
                #""cmd":"aibot_send_msg",@,"body":{"chatid":"wrA","chat_type":2,"msgtype":"video","#
                    + #""video":{"media_id":"M","title":"T"}}"#
            ),
            (
                .beginUpload(upload),
                #""cmd":"aibot_upload_media_init",@,"body":{"type":"file","filename":"a.pdf","total_size":700000,"#
                    + #""total_chunks":2,"md5":"abcd"}"#
            ),
            (
                .uploadChunk(of: BotUpload.ID("U"), index: 0, [1, 2, 3]),
                #""cmd":"aibot_upload_media_chunk",@,"body":{"upload_id":"U","chunk_index":0,"base64_data":"AQID"}"#
            ),
            (
                .finishUpload(BotUpload.ID("U")),
                #""cmd":"aibot_upload_media_finish",@,"body":{"upload_id":"U"}"#
            ),
        ]
        for (command, wanted) in frames {
            let wanted = "{" + wanted.replacing("@", with: #""headers":{"req_id":"R1"}"#) + "}"
            #expect(text(command) == wanted)
        }
        #expect(Set(frames.map(\.0.name)) == Set(BotCommand.Name.allCases))
    }

    @Test("a secret is in the frame of a subscription and nowhere else")
    func secret() {
        let command = BotCommand.subscribe(BotID("aib1"), Secret("S3CRET"))
        #expect(text(command).contains("S3CRET"))
        var dumped = ""
        dump(command, to: &dumped)
        for shown in ["\(command)", String(reflecting: command), dumped] { #expect(!shown.contains("S3CRET")) }
    }

    @Test("each id is another, begins with its command, and differs from those of another connection")
    func ids() {
        var ids = BotRequestIDs(salt: 1)
        var others = BotRequestIDs(salt: 2)
        var seen: Set<BotRequestID> = []
        for name in BotCommand.Name.allCases {
            for id in [ids.next(for: name), ids.next(for: name), others.next(for: name)] {
                #expect(id.text.hasPrefix(name.rawValue + "_") && seen.insert(id).inserted)
            }
        }
    }
}

@Suite struct BotUploadTests {
    private func upload(_ size: Int, _ kind: UploadKind = .file) throws -> BotUpload {
        try BotUpload(kind, named: SafeFileName("a.bin"), size: size, md5: [])
    }

    @Test(
        "the chunks are of one size but for the last, and together are the file",
        arguments: [6, 512 << 10, (512 << 10) + 1, 700_000, 20 << 20])
    func chunks(size: Int) throws {
        let upload = try upload(size)
        let ranges = (0..<upload.chunkCount).map { upload.bytes(ofChunk: $0) }
        #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == size)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.dropLast().allSatisfy { $0.count == 512 << 10 } && ranges.allSatisfy { !$0.isEmpty })
        #expect(ranges.count <= BotUpload.maxChunks)
    }

    @Test(
        "fewer chunks are under way at once the more there are", arguments: [(1, 4), (4, 4), (5, 3), (10, 3), (11, 2)])
    func atOnce(chunks: Int, atOnce: Int) throws {
        #expect(try upload(chunks << 19).chunksAtOnce == atOnce)
    }

    @Test("what WeCom would refuse for its size is refused before it begins")
    func sizes() throws {
        #expect(throws: UploadFault.tooSmall(size: 5)) { try upload(5) }
        for (kind, limit) in [(.image, 10), (.voice, 2), (.video, 10), (.file, 20)] as [(UploadKind, Int)] {
            #expect(try upload(limit << 20, kind).size == limit << 20)
            #expect(throws: UploadFault.tooLarge(size: limit << 20 + 1, limit: limit << 20)) {
                try upload(limit << 20 + 1, kind)
            }
        }
    }

    @Test("the answers give the ids, or none")
    func answers() {
        #expect(BotUpload.ID(["upload_id": "U"]) == BotUpload.ID("U"))
        #expect(MediaID(uploaded: ["type": "file", "media_id": "M", "created_at": "1380000000"]) == MediaID("M"))
        for body: JSONValue? in [nil, [:], ["upload_id": "", "media_id": ""], ["upload_id": 7, "media_id": 7], []] {
            #expect(BotUpload.ID(body) == nil && MediaID(uploaded: body) == nil)
        }
    }
}

@Suite struct BotErrorCodeTests {
    @Test("what a code of the long connection asks of us")
    func handling() {
        for code in [846_601, 846_602, 846_609] { #expect(ErrorCode(Int64(code)).endsSubscription) }
        for code in [846_605, 846_608, 93001, 93006, 93008, 600_039] { #expect(ErrorCode(Int64(code)).endsWay) }
        for code in [853_000, 400, 401, 403, 40013] { #expect(ErrorCode(Int64(code)).refusesBot) }
        for code in [0, -1, 6000, 45009, 93017] as [Int64] {
            let code = ErrorCode(code)
            #expect(!code.endsSubscription && !code.endsWay && !code.refusesBot)
        }
        #expect(ErrorCode.wrongBotSecret.handling == .awaitOperator && ErrorCode(6000).handling == .retry)
    }
}
