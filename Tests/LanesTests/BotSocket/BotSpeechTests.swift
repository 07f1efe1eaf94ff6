import Crypto
import JSON
import RouterTesting
import SeededTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Lanes

@Suite("what a bot says over its connection, as the simulated WeCom takes it", .timeLimit(.minutes(1)))
struct BotSpeechTests {
    private let lisi = UserID("lisi")

    @Test("a stream that is too old takes no more, and the answer goes as a message of its own")
    func oldStream() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
                #expect(await connection.send(.respond(.stream(.opening("s"))), answering: id) == .done(body: nil))
                world.wecom.clock.advance(by: .seconds(361))
                let outcome = await connection.send(.respond(.stream(.closing("s", "late"))), answering: id)
                guard case .wayGone(ErrorCode(846_608), _) = outcome else { return _ = Issue.record("\(outcome)") }
                #expect(await connection.send(world.push("late")) == .done(body: nil))
                let bubbles = world.wecom.transcript.bubbles
                #expect(bubbles.map(\.text) == ["<think></think>", "late"])
                #expect(bubbles.map(\.isFinished) == [false, true])
            }
        }
    }

    @Test("the first frame of a stream says whether people may rate it, and no later one")
    func feedback() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let frames: [[StreamFrame]] = [
                    [.opening("s1", feedback: FeedbackID("F1")), .closing("s1", "a", feedback: FeedbackID("F2"))],
                    [.opening("s2"), .closing("s2", "b", feedback: FeedbackID("F3"))],
                    [.closing("s3", "c", feedback: FeedbackID("F4"))],
                ]
                for stream in frames {
                    let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
                    for frame in stream {
                        #expect(await connection.send(.respond(.stream(frame)), answering: id) == .done(body: nil))
                    }
                }
                let bubbles = world.wecom.transcript.bubbles
                #expect(bubbles.map(\.feedback) == ["F1", nil, "F4"])
                for (bubble, isTold) in zip(bubbles, [true, false, true]) {
                    #expect(await world.wecom.rate(bubble, .accurate, as: lisi, to: world.bot) == isTold)
                }
            }
        }
    }

    @Test("what is under no id that a message came with is refused")
    func strangeID() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let event = try #require(await world.wecom.enter(world.bot, as: lisi))
                for id in [event, BotRequestID("made-up")] {
                    let outcome = await connection.send(.respond(.markdown("x")), answering: id)
                    guard case .wayGone(ErrorCode(846_605), _) = outcome else {
                        return _ = Issue.record("\(outcome)")
                    }
                }
                #expect(world.wecom.transcript.bubbles.isEmpty)
            }
        }
    }

    @Test("a card goes to one person, with a task of its own, and as WeCom lays it out")
    func cards() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let (single, group) = (BotPeer.user(lisi), BotPeer.group(ChatID("wr1")))
                await world.wecom.tell("hi", as: lisi, to: world.bot)
                await world.wecom.tell("@b hi", as: lisi, in: .group(ChatID("wr1")), to: world.bot)
                let card = Self.card("t1")
                let line: JSONValue = [
                    "type": 3, "title": "Anew", "question": .string(String(repeating: "x", count: 201)),
                ]
                let cases: [(TemplateCard, BotPeer, Int64?)] = [
                    (card, group, 40008), (card, single, nil), (card, single, 42014), (Self.card("a b"), single, 42014),
                    (Self.card(""), single, 42014),
                    (TemplateCard(stored: ["card_type": "nonsense"]), single, 42031),
                    (
                        TemplateCard(
                            stored: [
                                "card_type": "text_notice", "main_title": ["title": "T"], "jump_list": [line],
                                "card_action": ["type": 1, "url": "https://e.com"],
                            ]), single, 45002
                    ),
                ]
                for (card, peer, code) in cases {
                    let outcome = await connection.send(.send(.card(card), to: peer))
                    guard let code else {
                        #expect(outcome == .done(body: nil))
                        continue
                    }
                    guard case .refused(ErrorCode(code), _) = outcome else { return _ = Issue.record("\(outcome)") }
                }
                #expect(world.wecom.transcript.bubbles.map(\.card) == [card.json])
            }
        }
    }

    @Test("a card that was pressed is changed under the id of the press, once, within five seconds, by one of its task")
    func cardUpdates() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                await world.wecom.tell("hi", as: lisi, to: world.bot)
                #expect(await connection.send(.send(.card(Self.card("t1")), to: .user(lisi))) == .done(body: nil))
                let shown = try #require(world.wecom.transcript.bubbles.first)
                #expect(await world.wecom.press("nothing", of: shown, as: lisi, to: world.bot) == nil)
                func change(_ card: TemplateCard?, under id: BotRequestID) async throws -> BotConnection.Machine.Outcome
                {
                    await connection.send(.updateCard(BotCardUpdate(for: [lisi], try #require(card))), answering: id)
                }
                func press() async throws -> BotRequestID {
                    try #require(await world.wecom.press("1", of: shown, as: lisi, to: world.bot))
                }
                let ended = Self.card("t1").ended(saying: "Chosen: Yes")
                for wrong in [Self.card("t2"), TemplateCard(stored: ["card_type": "button_interaction"])] {
                    #expect(try await change(wrong, under: try await press()) != .done(body: nil))
                }
                let id = try await press()
                #expect(try await change(ended, under: id) == .done(body: nil))
                #expect(try await change(ended, under: id) != .done(body: nil))
                let late = try await press()
                world.wecom.clock.advance(by: .seconds(6))
                #expect(try await change(ended, under: late) != .done(body: nil))
                let last = try #require(world.wecom.transcript.bubbles.last)
                #expect(last.shownCard?.ending == "Chosen: Yes" && world.wecom.transcript.bubbles.count == 2)
                #expect(await world.wecom.press("1", of: last, as: lisi, to: world.bot) == nil)
            }
        }
    }

    private static func card(_ task: String) -> TemplateCard {
        .buttons([.init("Yes", style: .blue, key: "1")], title: "May I?", subtitle: nil, taskID: task)
    }

    @Test("a person who comes in is welcomed once, within five seconds")
    func welcome() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let id = try #require(await world.wecom.enter(world.bot, as: lisi))
                #expect(await connection.send(.welcome(.text("hello")), answering: id) == .done(body: nil))
                let again = await connection.send(.welcome(.text("hello")), answering: id)
                #expect(again != .done(body: nil))
                world.wecom.clock.advance(by: .seconds(24 * 3600))
                let next = try #require(await world.wecom.enter(world.bot, as: lisi))
                world.wecom.clock.advance(by: .seconds(6))
                #expect(await connection.send(.welcome(.text("late")), answering: next) != .done(body: nil))
                #expect(world.wecom.transcript.bubbles.map(\.text) == ["hello"])
            }
        }
    }

    @Test("a bot writes of its own accord to nobody who has not written to it there")
    func push() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let outcome = await connection.send(world.push("x"))
                guard case .wayGone(ErrorCode(93001), _) = outcome else { return _ = Issue.record("\(outcome)") }
                await world.wecom.tell("hi", as: lisi, in: .group(ChatID("wr1")), to: world.bot)
                #expect(await connection.send(world.push("x")) != .done(body: nil))
                let group = BotCommand.send(.markdown("to all"), to: .group(ChatID("wr1")))
                #expect(await connection.send(group) == .done(body: nil))
                let text = BotCommand.send(.text("plain"), to: .group(ChatID("wr1")))
                #expect(await connection.send(text) != .done(body: nil))
                #expect(world.wecom.transcript.bubbles.map(\.text) == ["to all"])
            }
        }
    }

    @Test("a message can be given out again after the connection was lost, under another id")
    func redelivery() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let message = world.wecom.message(.text("once"), from: lisi, in: .single, to: world.bot.id)
                let first = await world.wecom.give(message, to: world.bot)
                world.wecom.sockets.drop(world.bot.id)
                try await connection.comes(to: .retrying)
                #expect(await world.wecom.give(message, to: world.bot) == nil)
                world.clock.advance(by: .seconds(1))
                try await connection.comes(to: .ready)
                let second = await world.wecom.give(message, to: world.bot)
                try await eventually { world.heard.frames.count == 2 }
                let ids = Set(
                    world.heard.frames.compactMap {
                        if case .message(_, let body) = $0 { body["msgid"]?.string } else { nil }
                    })
                #expect(ids.count == 1 && first != second)
            }
        }
    }

    @Test("a chat takes thirty messages a minute from a bot, and the frames of a stream are one")
    func limits() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
                for count in 1...40 {
                    let frame = StreamFrame.running("s", "\(count)")
                    #expect(await connection.send(.respond(.stream(frame)), answering: id) == .done(body: nil))
                }
                for count in 2...30 {
                    #expect(await connection.send(world.push("\(count)")) == .done(body: nil))
                }
                for command in [world.push("31"), .respond(.markdown("31"))] {
                    let outcome = await connection.send(command, answering: command.name == .respond ? id : nil)
                    guard case .refused(ErrorCode(45009), _) = outcome else { return _ = Issue.record("\(outcome)") }
                }
                world.wecom.clock.advance(by: .seconds(60))
                #expect(await connection.send(world.push("31")) == .done(body: nil))
            }
        }
    }

    @Test("a file goes in pieces, in any order and twice if need be, and arrives as it was")
    func upload() async throws {
        var numbers = SeededNumbers()
        let bytes = (0..<(BotUpload.chunkSize * 2 + 1000)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        try await withLiveBot { world in
            try await world.ready { connection in
                let id = try #require(await world.wecom.tell("the file?", as: lisi, to: world.bot))
                let upload = try BotUpload(
                    .file, named: SafeFileName("report.pdf"), size: bytes.count, md5: Crypto.md5(bytes))
                let begun = try #require(BotUpload.ID(await connection.body(of: .beginUpload(upload))))
                for index in [2, 0, 1, 0] {
                    let piece = Array(bytes[upload.bytes(ofChunk: index)])
                    let outcome = await connection.send(.uploadChunk(of: begun, index: index, piece))
                    #expect(outcome == .done(body: nil))
                }
                let media = try #require(MediaID(uploaded: await connection.body(of: .finishUpload(begun))))
                #expect(
                    await connection.send(.respond(.media(media, as: .file)), answering: id) == .done(body: nil))
                let file = try #require(world.wecom.transcript.bubbles.first?.file)
                #expect(world.wecom.sockets.bytes(of: file) == bytes && file.name == "report.pdf")
            }
        }
    }

    @Test("a file of which a piece is damaged or missing is refused")
    func damagedUpload() async throws {
        let bytes = [UInt8](repeating: 7, count: BotUpload.chunkSize + 10)
        try await withLiveBot { world in
            try await world.ready { connection in
                let upload = try BotUpload(
                    .file, named: SafeFileName("a.bin"), size: bytes.count, md5: Crypto.md5(bytes))
                let begun = try #require(BotUpload.ID(await connection.body(of: .beginUpload(upload))))
                _ = await connection.send(
                    .uploadChunk(of: begun, index: 0, Array(bytes[upload.bytes(ofChunk: 0)])))
                #expect(await connection.body(of: .finishUpload(begun)) == nil)
                _ = await connection.send(.uploadChunk(of: begun, index: 1, [UInt8](repeating: 8, count: 10)))
                #expect(await connection.body(of: .finishUpload(begun)) == nil)
                _ = await connection.send(
                    .uploadChunk(of: begun, index: 1, Array(bytes[upload.bytes(ofChunk: 1)])))
                #expect(await connection.body(of: .finishUpload(begun)) != nil)
            }
        }
    }
}

extension BotConnection {
    fileprivate nonisolated func body(of command: BotCommand) async -> JSONValue? {
        if case .done(let body) = await send(command) { body } else { nil }
    }
}
