import Lanes
import Router
import SQLiteStore
import Simulator
import System
import Testing
import WeCom

@Suite("The ways out of a bot by webhook", .timeLimit(.minutes(2))) struct BotWebhookLaneTests {
    @Test("an answer ends the stream; a second try of it is the same, and another answer finds the way gone")
    func stream() async throws {
        try await withBotWebhook { world in
            try await world.open("s")
            let address = world.address("s", age: .zero, url: try world.url())
            for _ in 1...2 { #expect(await world.lane.send(world.delivery("a", to: address)) == .sent(SendReceipt())) }
            #expect(try await world.store.stream("s")?.text == "a")
            let other = await world.lane.send(world.delivery("b", to: address, number: 2))
            #expect(other == .wayGone(.stream("s"), reason: "the stream has ended"))
        }
    }

    @Test("what comes after the stream's time goes to the message's own address, once and never again")
    func late() async throws {
        try await withBotWebhook { world in
            try await world.open("s", at: Timestamp.steady.advanced(by: .seconds(-331)))
            let url = try world.url()
            let address = world.address("s", age: .seconds(331), url: url)
            #expect(await world.lane.send(world.delivery("late", to: address)) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["late"])
            #expect(world.wecom.transcript.bubbles.map(\.feedback) == [JobID(1).description], "people may rate it")
            // As after a crash between the answer and the note that it went.
            guard case .failed = await world.lane.send(world.delivery("late", to: address)) else {
                Issue.record("it may go twice")
                return
            }
            let other = await world.lane.send(world.delivery("other", to: address, number: 2))
            #expect(other == .wayGone(.responseURL(url), reason: "the response_url is used up"))
            #expect(world.wecom.transcript.bubbles.count == 1)
        }
    }

    @Test("a word of our own while a turn runs stands above the answer, and never takes the one address")
    func words() async throws {
        try await withBotWebhook { world in
            try await world.open("s")
            let fresh = world.address("s", age: .zero, url: try world.url())
            #expect(await world.lane.send(world.delivery("wait", to: fresh, kind: .control)) == .sent(SendReceipt()))
            #expect(try await world.store.stream("s")?.said == "wait")
            try await world.open("t", at: Timestamp.steady.advanced(by: .seconds(-400)))
            let old = world.address("t", age: .seconds(400), url: try world.url())
            guard
                case .wayGone(.responseURL, _) = await world.lane.send(world.delivery("wait", to: old, kind: .control))
            else {
                Issue.record("it went")
                return
            }
            #expect(await world.lane.send(world.delivery("answer", to: old)) == .sent(SendReceipt()))
        }
    }

    private func picture(_ number: Int, size: Int = 1000, kind: UploadKind = .image) -> OutgoingFile {
        OutgoingFile(blob: BlobID(of: [UInt8(number)]), name: "\(number).png", size: size, kind: kind)
    }

    @Test(
        "pictures stand below the answer in the order in which they went, once each, and not behind the end of the stream"
    )
    func pictures() async throws {
        try await withBotWebhook { world in
            try await world.open("s")
            let address = world.address("s", age: .zero, url: try world.url())
            func send(_ file: OutgoingFile) async -> SendOutcome {
                await world.lane.send(world.delivery(.file(file), to: address))
            }
            for number in [1, 2, 1] { #expect(await send(picture(number)) == .sent(SendReceipt())) }
            #expect(
                try await world.store.stream("s")?.pictures == [1, 2].map { KeptPicture(picture($0).blob, size: 1000) })
            #expect(await send(picture(3, kind: .file)).isWayGone, "a stream shows pictures alone")
            #expect(
                await send(picture(4, size: StoredStream.mostPictureBytes)).isWayGone, "there is room for so many bytes"
            )
            for number in 5...12 { #expect(await send(picture(number)) == .sent(SendReceipt())) }
            #expect(await send(picture(13)).isWayGone, "there is room for ten")
            #expect(await world.lane.send(world.delivery("a", to: address)) == .sent(SendReceipt()))
            #expect(await send(picture(2)).isWayGone, "it has ended")
        }
    }

    @Test("an address that leads elsewhere is not posted to, whoever sealed it")
    func elsewhere() async throws {
        try await withBotWebhook { world in
            for url in [
                "https://evil.example/cgi-bin/aibot/response?response_code=1",
                "\(world.base)/cgi-bin/gettoken?response_code=1",
                "http://127.0.0.1.evil.example/cgi-bin/aibot/response?response_code=1", "file:///etc/passwd",
            ] {
                let stream = "s\(url.count)"
                try await world.open(stream, at: Timestamp.steady.advanced(by: .seconds(-331)))
                let outcome = await world.lane.send(
                    world.delivery("x", to: world.address(stream, age: .seconds(331), url: url)))
                guard case .wayGone(.responseURL(url), _) = outcome else {
                    Issue.record("\(url): \(outcome)")
                    continue
                }
            }
            #expect(world.wecom.transcript.bubbles.isEmpty && world.wecom.transcript.refusals.isEmpty)
        }
    }

    @Test("an answer that surely did not arrive may be tried again; one that WeCom refuses is not")
    func failures() async throws {
        try await withBotWebhook { world in
            try await world.open("s", at: Timestamp.steady.advanced(by: .seconds(-331)))
            let url = try world.url()
            let address = world.address("s", age: .seconds(331), url: url)
            for _ in 1...3 { world.wecom.faults.next(.botResponse, .errorCode(6000, message: "data version conflict")) }
            guard
                case .retry(_, isAmbiguous: false, pause: nil) = await world.lane.send(world.delivery("x", to: address))
            else {
                Issue.record("it is not to be tried again")
                return
            }
            #expect(await world.lane.send(world.delivery("x", to: address)) == .sent(SendReceipt()))
            try await world.open("t", at: Timestamp.steady.advanced(by: .seconds(-331)))
            let other = try world.url()
            world.wecom.faults.next(.botResponse, .errorCode(44004, message: "empty content"))
            let outcome = await world.lane.send(
                world.delivery("y", to: world.address("t", age: .seconds(331), url: other)))
            guard case .wayGone = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["x"])
        }
    }

    @Test("a card goes below the stream alone: it takes neither the one address nor another card's place")
    func cards() async throws {
        try await withBotWebhook { world in
            func delivery(_ task: String, to address: ReplyAddress) -> Delivery {
                let card = TemplateCard.buttons(
                    [.init("Yes", style: .blue, key: "1")], title: "May I?", subtitle: nil, taskID: task)
                var delivery = world.delivery("", to: address, kind: .control)
                delivery.part = Part(to: address, .message(.templateCard(card)))
                return delivery
            }
            try await world.open("s")
            let address = world.address("s", age: .zero, url: try world.url())
            for _ in 1...2 { #expect(await world.lane.send(delivery("a", to: address)) == .sent(SendReceipt())) }
            #expect(try await world.store.takeCard(below: "s"))
            let gone = SendOutcome.failed(reason: "the stream has ended, or has shown its one card")
            #expect(await world.lane.send(delivery("b", to: address)) == gone)
            try await world.open("t", at: Timestamp.steady.advanced(by: .seconds(-331)))
            let old = world.address("t", age: .seconds(331), url: try world.url())
            #expect(await world.lane.send(delivery("c", to: old)) == gone)
            #expect(await world.lane.send(world.delivery("answer", to: old)) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["answer"])
        }
    }
}

extension SendOutcome {
    fileprivate var isWayGone: Bool { if case .wayGone = self { true } else { false } }
}
