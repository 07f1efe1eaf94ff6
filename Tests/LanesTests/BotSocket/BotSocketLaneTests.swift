import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterTesting
import SQLiteStore
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Lanes

@Suite("the way out of a bot with a long connection", .timeLimit(.minutes(1)))
struct BotSocketLaneTests {
    private let lisi = UserID("lisi")

    @Test("the first answer ends the stream, again if it is sent again, and the next is a message of its own")
    func answers() async throws {
        try await withLane { world, lane, connection in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            let stream = BotSocketLane.stream(of: id)
            _ = await connection.send(.respond(.stream(.opening(stream))), answering: id)
            let first = delivery(1, "one", by: [Way(.request(id.text))])
            #expect(await lane.send(first) == .sent(SendReceipt()))
            #expect(await lane.send(first) == .sent(SendReceipt()))
            #expect(await lane.send(delivery(2, "two", by: [Way(.request(id.text))])) == .sent(SendReceipt()))
            let bubbles = world.wecom.transcript.bubbles
            #expect(bubbles.map(\.texts) == [["<think></think>", "one"], ["two"]])
            #expect(bubbles.map(\.isFinished) == [true, true])
        }
    }

    @Test("a card is a message of its own, and one below a text comes behind it")
    func cards() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            let question = TemplateCard.buttons(
                [.init("Yes", style: .blue, key: "1")], title: "May I?", subtitle: nil, taskID: "t1")
            var asking = delivery(
                1, .message(.templateCard(question)), by: [Way(.request(id.text))], job: JobID(7))
            asking.kind = .control
            #expect(await lane.send(asking) == .sent(SendReceipt()))
            var failure = delivery(2, "failed", by: [Way(.request(id.text))])
            let notice = TemplateCard.notice(title: "Anew", opening: TemplateCard.homepage)
            let json = failure.part.json
            guard case .object(let members) = json else { return _ = Issue.record("\(json)") }
            failure.part = try #require(Part(json: .object(members + [.init("below", notice.json)])))
            #expect(failure.part.card == notice && failure.part.json["below"] == notice.json)
            #expect(await lane.send(failure) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.card) == [question.json, nil, notice.json])
            // What is refused is told to whoever sends it, who puts the question in words.
            world.wecom.faults.next(.botReply, .errorCode(40058))
            guard case .failed = await lane.send(asking) else { return _ = Issue.record("not failed") }
        }
    }

    @Test("what we say while a turn runs leaves the stream open")
    func notices() async throws {
        try await withLane { world, lane, connection in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            var notice = delivery(1, "wait", by: [Way(.request(id.text))], job: JobID(7))
            notice.kind = .control
            #expect(await lane.send(notice) == .sent(SendReceipt()))
            let stream = BotSocketLane.stream(of: id)
            let outcome = await connection.send(.respond(.stream(.running(stream, "so far"))), answering: id)
            #expect(outcome == .done(body: nil))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["wait"])
        }
    }

    @Test(
        "where the stream or the id is of no use any more, that way is gone, and the other one works",
        arguments: [846_605, 846_608])
    func wayGone(_ code: Int64) async throws {
        try await withLane { world, lane, _ in
            let group = ChatID("wr1")
            let id = try #require(await world.wecom.tell("hi", as: lisi, in: .group(group), to: world.bot))
            world.wecom.faults.next(.botReply, .errorCode(code))
            var delivery = delivery(1, "hello", to: .chat(group), by: [Way(.request(id.text)), Way(.push)])
            guard case .wayGone(let kind, _) = await lane.send(delivery) else { return _ = Issue.record("not gone") }
            #expect(kind == .request(id.text))
            var address = delivery.part.address
            let isUsedUp = address.useUp(kind)
            #expect(isUsedUp)
            delivery.part = Part(to: address, delivery.part.body)
            #expect(await lane.send(delivery) == .sent(SendReceipt()))
            let bubbles = world.wecom.transcript.bubbles
            #expect(bubbles.map(\.text) == ["hello"] && bubbles.map(\.chat) == [.group(group)])
        }
    }

    @Test("what did not go out may go again, and what got no answer may have been seen and does not")
    func ambiguity() async throws {
        try await withLane { world, lane, connection in
            await world.wecom.tell("hi", as: lisi, to: world.bot)
            world.wecom.faults.next(.botMessage, .silence)
            async let unanswered = lane.send(delivery(1, "x", by: [Way(.push)]))
            await world.commands(.send, atLeast: 1)
            world.clock.advance(by: .seconds(10))
            #expect(await unanswered == .unclear(reason: "no answer within 10.0 seconds"))
            await connection.disconnect()
            #expect(
                await lane.send(delivery(1, "x", by: [Way(.push)]))
                    == .retry(reason: "the bot is not connected", isAmbiguous: false))
        }
    }

    @Test("a bot that has not been connected for a minute leaves what is to be sent to other ways, until it is")
    func away() async throws {
        try await withLane { world, lane, connection in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            let answer = delivery(1, "x", by: [Way(.request(id.text)), Way(.push)])
            await connection.disconnect()
            try await connection.comes(to: .stopped(.byOperator))
            world.clock.advance(by: .seconds(59))
            guard case .retry = await lane.send(answer) else { return _ = Issue.record("it does not wait") }
            world.clock.advance(by: .seconds(1))
            #expect(
                await lane.send(answer) == .wayClosed(.request(id.text), reason: "the bot is not connected"))
            #expect(
                await lane.send(delivery(2, "y", by: [Way(.push)]))
                    == .wayClosed(.push, reason: "the bot is not connected"))
            await connection.reconnect()
            try await connection.comes(to: .ready)
            #expect(await lane.send(answer) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["x"])
        }
    }

    @Test("an end that is not answered goes once more as the same frame, and what follows is shown once")
    func lostAnswer() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            world.wecom.faults.next(.botReply, .silence)
            async let opening = lane.show("so far", under: id)
            await world.commands(.respond, atLeast: 1)
            world.clock.advance(by: .seconds(10))
            #expect(await opening == .notYet)
            let end = delivery(1, "one", by: [Way(.request(id.text))])
            async let first = lane.send(end)
            await world.commands(.respond, atLeast: 2)
            world.clock.advance(by: .seconds(10))
            #expect(await first == .retry(reason: "no answer within 10.0 seconds", isAmbiguous: true))
            #expect(await lane.send(end) == .sent(SendReceipt()))
            world.clock.advance(by: .seconds(10))
            for (number, text) in ["two", "three", "four"].enumerated() {
                let part = delivery(Int64(number) + 2, text, by: [Way(.request(id.text))])
                #expect(await lane.send(part) == .sent(SendReceipt()))
            }
            let bubbles = world.wecom.transcript.bubbles
            #expect(bubbles.map(\.texts) == [["so far", "one"], ["two"], ["three"], ["four"]])
        }
    }

    @Test("what gets no answer at all is not shown again: an end goes twice, which shows it once, and a part once")
    func noAnswers() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            world.wecom.faults.always(.botReply, .silence)
            let unanswered = "no answer within 10.0 seconds"
            let end = delivery(1, "one", by: [Way(.request(id.text))])
            for (number, outcome) in [
                SendOutcome.retry(reason: unanswered, isAmbiguous: true), .unclear(reason: unanswered),
            ].enumerated() {
                async let sent = lane.send(end)
                await world.commands(.respond, atLeast: number + 1)
                world.clock.advance(by: .seconds(10))
                #expect(await sent == outcome)
            }
            world.clock.advance(by: .seconds(10))
            async let part = lane.send(delivery(2, "two", by: [Way(.request(id.text))]))
            await world.commands(.respond, atLeast: 3)
            world.clock.advance(by: .seconds(10))
            #expect(await part == .unclear(reason: unanswered))
            #expect(world.wecom.transcript.bubbles.map(\.texts) == [["one"], ["two"]])
        }
    }

    @Test("an end that WeCom refuses leaves the bubble to be ended by words of our own")
    func refusedEnd() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            #expect(await lane.show("so far", under: id) == .shown)
            world.wecom.faults.next(.botReply, .errorCode(40201))
            let end = delivery(1, "bad words", by: [Way(.request(id.text))])
            guard case .failed = await lane.send(end) else { return _ = Issue.record("not refused") }
            #expect(await lane.end("over", under: id, in: end.conversation))
            #expect(world.wecom.transcript.bubbles.map(\.texts) == [["so far", "over"]])
            #expect(world.wecom.transcript.bubbles[0].isFinished)
        }
    }

    @Test("once WeCom takes nothing more of a stream no frame of it goes out, and its answer takes another way")
    func deadStream() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            world.wecom.faults.next(.botReply, .errorCode(846_608))
            #expect(await lane.show("so far", under: id) == .over)
            #expect(await lane.show("so far and more", under: id) == .over)
            let end = delivery(1, "one", by: [Way(.request(id.text))])
            guard case .wayGone(.request(id.text), _) = await lane.send(end) else {
                return _ = Issue.record("the stream is written to")
            }
            #expect(await lane.end("over", under: id, in: end.conversation))
            let frames = world.wecom.sockets.record.events.count {
                if case .command(_, BotCommand.Name.respond.rawValue, _) = $0 { true } else { false }
            }
            #expect(frames == 1)
        }
    }

    @Test("an end that WeCom took before a crash is shown once, also where the bubble was to grow again in between")
    func endBeforeCrash() async throws {
        try await withLane { world, lane, connection in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            let former = world.connection()
            try await world.running(former) {
                try await former.comes(to: .ready)
                let end = StreamFrame.closing(BotSocketLane.stream(of: id), "one")
                guard case .done = await former.send(.respond(.stream(end)), answering: id) else {
                    return _ = Issue.record("not ended")
                }
            }
            // Whoever comes after the crash knows of no end.
            await connection.reconnect()
            try await connection.comes(to: .ready)
            #expect(await lane.show("so far", under: id) == .over)
            let again = delivery(1, "one", by: [Way(.request(id.text)), Way(.push)], attempt: 2)
            #expect(await lane.send(again) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["one"])
        }
    }

    @Test("an end that WeCom never took, and does not take any more, takes another way at its second try as well")
    func endTooLate() async throws {
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            world.wecom.faults.next(.botReply, .errorCode(846_608), .errorCode(846_608))
            #expect(await lane.show("so far", under: id) == .over)
            let again = delivery(1, "one", by: [Way(.request(id.text)), Way(.push)], attempt: 2)
            guard case .wayGone(.request(id.text), _) = await lane.send(again) else {
                return _ = Issue.record("not another way")
            }
        }
    }

    @Test("an end for which there is no connection is not lost: it goes when there is one")
    func endWhileAway() async throws {
        try await withLane { world, lane, connection in
            let id = try #require(await world.wecom.tell("hi", as: lisi, to: world.bot))
            let conversation = delivery(1, "x", by: []).conversation
            await connection.disconnect()
            #expect(await !lane.end("over", under: id, in: conversation))
            await connection.reconnect()
            try await connection.comes(to: .ready)
            #expect(await lane.end("over", under: id, in: conversation))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["over"])
        }
    }

    @Test("a stop of ours is no failure, one chat's limit makes no other wait, and a stranger is written to never")
    func refusals() async throws {
        try await withLane { world, lane, _ in
            guard case .wayGone(.push, _) = await lane.send(delivery(1, "x", by: [Way(.push)])) else {
                return _ = Issue.record("a stranger was written to")
            }
            await world.wecom.tell("hi", as: lisi, to: world.bot)
            world.wecom.faults.next(.botMessage, .errorCode(45009))
            guard case .retry(_, isAmbiguous: false, pause: nil) = await lane.send(delivery(2, "x", by: [Way(.push)]))
            else { return _ = Issue.record("others have to wait") }
            world.wecom.faults.next(.botMessage, .silence)
            let sending = Task { await lane.send(delivery(3, "x", by: [Way(.push)])) }
            await world.commands(.send, atLeast: 3)
            sending.cancel()
            #expect(await sending.value == .interrupted)
        }
    }

    @Test("in a group that takes no message of the bot's own accord, the newest message there is answered")
    func groupsTakeAnswersAlone() async throws {
        try await withLane { world, lane, _ in
            let group = ChatID("wr1")
            world.wecom.sockets.change { $0.takesNoPushInGroups = true }
            let message = world.wecom.message(.text("hi"), from: lisi, in: .group(group), to: world.bot.id)
            guard case .wayGone(.push, _) = await lane.send(delivery(1, "x", to: .chat(group), by: [Way(.push)])) else {
                return _ = Issue.record("nothing was there to answer")
            }
            lane.note(try #require(await world.wecom.give(message, to: world.bot)), of: message)
            #expect(await lane.send(delivery(2, "x", to: .chat(group), by: [Way(.push)])) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["x"])
        }
    }

    @Test("the message's own address is the last way, and takes one answer and no word of our own")
    func responseURL() async throws {
        try await withLane { world, lane, _ in
            let message = world.wecom.message(.text("hi"), from: lisi, in: .single, to: world.bot.id)
            let url = try #require(message.responseURL).reveal()
            let way = [Way(.responseURL(url))]
            var notice = delivery(1, "wait", by: way, job: JobID(7))
            notice.kind = .control
            guard case .wayGone(.responseURL, _) = await lane.send(notice) else { return _ = Issue.record("it went") }
            #expect(await lane.send(delivery(2, "answer", by: way)) == .sent(SendReceipt()))
            // As after a crash between the answer and the note that it went.
            guard case .failed = await lane.send(delivery(2, "answer", by: way)) else {
                return _ = Issue.record("it went twice")
            }
            #expect(
                await lane.send(delivery(3, "more", by: way))
                    == .wayGone(.responseURL(url), reason: "the response_url is used up"))
            let file = OutgoingFile(blob: BlobID(of: [1]), name: "a", size: 1, kind: .file)
            guard case .wayGone = await lane.send(delivery(4, .file(file), by: way)) else {
                return _ = Issue.record("a file went")
            }
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["answer"])
        }
    }

    @Test("a file is given to WeCom and shown under the id of the message, and given again when WeCom has lost it")
    func files() async throws {
        let folder = try TemporaryDirectory(prefix: "bot-socket-lane-")
        let path = "\(folder.path)/report.pdf"
        let bytes = [UInt8]("%PDF-1.7".utf8) + [UInt8](repeating: 1, count: BotUpload.chunkSize)
        try writeFile(path, bytes)
        try await withLane { world, lane, _ in
            let id = try #require(await world.wecom.tell("the file?", as: lisi, to: world.bot))
            let file = OutgoingFile(blob: BlobID(of: bytes), name: "report.pdf", size: bytes.count, kind: .file)
            var delivery = delivery(1, .file(file), by: [Way(.request(id.text))])
            guard case .mediaGone = await lane.send(delivery) else { return _ = Issue.record("sent without a file") }
            delivery.media = UploadedMedia(MediaID("lost"))
            guard case .mediaGone = await lane.send(delivery) else { return _ = Issue.record("sent a lost file") }
            guard case .taken(let media) = await lane.upload(file, at: path, for: delivery) else {
                return _ = Issue.record("not taken")
            }
            delivery.media = media
            #expect(await lane.send(delivery) == .sent(SendReceipt()))
            let shown = try #require(world.wecom.transcript.bubbles.first?.file)
            #expect(world.wecom.sockets.bytes(of: shown) == bytes)
        }
    }

    @Test("a piece of a file that fails is sent again after a pause")
    func pieces() async throws {
        let bytes = [UInt8](repeating: 1, count: 2 * BotUpload.chunkSize)
        let upload = try BotUpload(.file, named: SafeFileName("a.bin"), of: bytes)
        try await withLane { world, _, connection in
            let isBegun = Signpost()
            world.wecom.faults.next(.botUpload, .hold(isBegun), .errorCode(-1))
            async let uploaded = connection.upload(bytes, as: upload)
            isBegun.reach()
            await world.clock.advance(whenSomebodySleepsFor: .milliseconds(500))
            guard case .taken = await uploaded else { return _ = Issue.record("not taken") }
        }
    }

    @Test("a file that came without its key is not fetched")
    func noKey() async throws {
        try await withLane { _, lane, _ in
            let media = SentMedia(.file, .sealed(url: "https://files.example/1", key: nil))
            await #expect(throws: MediaFailure.self) { try await lane.fetch(media, into: "/nowhere", limit: 1) }
        }
    }

    // MARK: Making

    private func delivery(
        _ number: Int64, _ text: String, to target: ReplyAddress.Target = .user(UserID("lisi")), by ways: [Way],
        job: JobID? = nil, attempt: Int = 1
    ) -> Delivery {
        delivery(number, .message(.markdown(text)), to: target, by: ways, job: job, attempt: attempt)
    }

    private func delivery(
        _ number: Int64, _ body: Part.Body, to target: ReplyAddress.Target = .user(UserID("lisi")), by ways: [Way],
        job: JobID? = nil, attempt: Int = 1
    ) -> Delivery {
        Delivery(
            id: DeliveryID(number),
            conversation: ConversationKey(endpoint: .bot(LiveBotWorld.bot.id), user: UserID("lisi")), job: job,
            part: Part(to: ReplyAddress(target, by: ways, shownIn: "s"), body), attempt: attempt,
            checksDuplicates: false)
    }
}

private func withLane(
    _ body: (LiveBotWorld, BotSocketLane, BotConnection) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory(prefix: "bot-socket-lane-")
    let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [.bot(LiveBotWorld.bot.id)])
    try await open("s", in: store)
    let transport = CurlTransport()
    try await attempt {
        try await withLiveBot { world in
            try await world.ready { connection in
                var settings = BotOutside.Settings()
                settings.responseURL = "http://127.0.0.1:\(world.port)" + ResponseURL.path
                let outside = BotOutside(settings, over: transport)
                try await body(world, BotSocketLane(connection, store: store, outside: outside), connection)
            }
        }
    } finally: {
        await transport.close()
        await store.close()
    }
    withExtendedLifetime(directory) {}
}

/// Accepts a message whose answer is shown in that stream.
private func open(_ stream: String, in store: SQLiteStore) async throws {
    let user = UserID("lisi")
    let message = AcceptedMessage(
        from: user, text: "x", messageID: "1", sentAt: .steady, replyAddress: .user(user))
    var submission = Submission(
        key: DedupKey(stamp: 1, digest: [1]),
        conversation: ConversationKey(endpoint: .bot(LiveBotWorld.bot.id), user: user),
        .job(JobRequest(message, refusal: Notice(.tooMuch, nil))))
    submission.stream = stream
    _ = try await store.accept(submission, at: .steady)
}
