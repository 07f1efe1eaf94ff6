import Lanes
import Lifecycle
import Router
import SQLiteStore
import Simulator
import System
import Testing
import WeCom

/// The one answer that goes to a message's own address, posted over real sockets to a WeCom that takes it badly.
@Suite("An answer at a message's own address", .timeLimit(.minutes(2))) struct BotResponseTests {
    private static let late = Duration.seconds(331)

    /// Opens a stream whose time is over, and makes the answer to its message.
    private func answer(
        _ text: String, _ stream: String, in world: BotWebhookWorld, url: String
    ) async throws -> Delivery {
        try await world.open(stream, at: Timestamp.steady.advanced(by: .zero - Self.late))
        return world.delivery(text, to: world.address(stream, age: Self.late, url: url))
    }

    @Test(
        "one that went out and got no answer in time may have been shown: the address stays used up, and takes neither it nor another",
        arguments: [false, true])
    func timeout(arrives: Bool) async throws {
        let never = Signpost()
        try await withBotWebhook(adjust: { $0.timeout = .milliseconds(300) }) { world in
            let url = try world.url()
            let first = try await answer("late", "s", in: world, url: url)
            // A second request would meet the second fault.
            world.wecom.faults.next(.botResponse, arrives ? .hold(never) : .hang, .status(500))
            guard case .failed(let reason) = await world.lane.send(first) else {
                return _ = Issue.record("it is not told as what may have been shown")
            }
            #expect(reason.hasPrefix("it may have been shown, and is not sent again: no answer"), "\(reason)")
            // As after a crash between the try and the note of it.
            guard case .failed = await world.lane.send(first) else { return _ = Issue.record("it goes again") }
            let other = world.delivery("other", to: first.part.address, number: 2)
            #expect(
                await world.lane.send(other) == .wayGone(.responseURL(url), reason: "the response_url is used up"))
            #expect(try await world.store.useResponse(of: "s", by: DeliveryID(3)) == .usedUp)
            #expect(world.wecom.faults.areWaiting(.botResponse), "nothing was posted besides")
            never.reach()
            if arrives {
                #expect(await world.wecom.transcript.bubbles(atLeast: 1).map(\.text) == ["late"])
            } else {
                world.wecom.faults.clear()
                #expect(world.wecom.transcript.bubbles.isEmpty)
            }
        }
    }

    @Test(
        "one that WeCom took before the connection broke is not sent again, whatever came of the answer",
        arguments: [Faults.Kind.silence, .truncated, .garbage])
    func broken(fault: Faults.Kind) async throws {
        try await withBotWebhook { world in
            let delivery = try await answer("late", "s", in: world, url: try world.url())
            world.wecom.faults.next(.botResponse, fault, .status(500))
            for _ in 1...2 {
                guard case .failed(let reason) = await world.lane.send(delivery) else {
                    return _ = Issue.record("it goes again")
                }
                #expect(reason.hasPrefix("it may have been shown"))
            }
            #expect(world.wecom.faults.areWaiting(.botResponse), "nothing was posted besides")
            #expect(world.wecom.transcript.bubbles.count <= 1)
        }
    }

    @Test(
        "one that did not go out leaves the address as it was: nobody listens there, or its name is nobody's",
        arguments: ["http://127.0.0.1:1", "http://wecom.invalid"])
    func unsent(base: String) async throws {
        try await withBotWebhook(adjust: { $0.responseURL = base + ResponseURL.path }) { world in
            let url = "\(base)\(ResponseURL.path)?response_code=1"
            let delivery = try await answer("late", "s", in: world, url: url)
            for _ in 1...2 {
                guard case .retry(let reason, isAmbiguous: false, pause: nil) = await world.lane.send(delivery) else {
                    return _ = Issue.record("it is not tried again")
                }
                #expect(reason.contains("the request was not sent"), "\(reason)")
            }
            #expect(try await world.store.useResponse(of: "s", by: DeliveryID(2)) == .begun, "another may use it")
        }
    }

    @Test("it goes through the bot's proxy, and not beside it where that is down")
    func proxy() async throws {
        try await withBotWebhook(adjust: { $0.proxy = Secret("http://127.0.0.1:1") }) { world in
            let delivery = try await answer("late", "s", in: world, url: try world.url())
            guard case .retry(_, isAmbiguous: false, pause: nil) = await world.lane.send(delivery) else {
                return _ = Issue.record("it is not tried again")
            }
            #expect(world.wecom.transcript.bubbles.isEmpty)
        }
    }

    @Test("one that WeCom has no time for waits, and goes to the same address", arguments: [45009, 45033])
    func tooOften(code: Int64) async throws {
        try await withBotWebhook { world in
            let delivery = try await answer("late", "s", in: world, url: try world.url())
            world.wecom.faults.next(.botResponse, .errorCode(code, message: "api freq out of limit"))
            guard case .retry(_, isAmbiguous: false, pause: nil) = await world.lane.send(delivery) else {
                return _ = Issue.record("it does not wait")
            }
            #expect(await world.lane.send(delivery) == .sent(SendReceipt()))
        }
    }

    @Test("one that met a server that was away for a moment is taken the next time, once")
    func away() async throws {
        try await withBotWebhook { world in
            let delivery = try await answer("late", "s", in: world, url: try world.url())
            for _ in 1...3 { world.wecom.faults.next(.botResponse, .errorCode(-1, message: "system error")) }
            guard case .retry(_, isAmbiguous: false, pause: nil) = await world.lane.send(delivery) else {
                return _ = Issue.record("it is not tried again")
            }
            #expect(await world.lane.send(delivery) == .sent(SendReceipt()))
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["late"])
        }
    }
}
