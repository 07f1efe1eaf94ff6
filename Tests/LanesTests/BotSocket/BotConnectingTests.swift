import JSON
import System
import Testing
import WeCom

@testable import Lanes

@Suite struct BotConnectingTests {
    @Test("a connection is opened, subscribed once with the bot's id and secret, and ready at WeCom's yes")
    func ready() {
        var world = BotSocketWorld()
        #expect(world.state == .stopped(.notStarted) && world.untilDeadline == nil)
        #expect(world.handle(.start) == [.enter(.connecting, why: "the bot is ours"), .open(1)])
        #expect(world.untilDeadline == .seconds(20))
        world.handle(.opened(1))
        #expect(world.state == .subscribing && world.untilDeadline == .seconds(15))
        #expect(world.written.map(\.command) == [.subscribe(BotID("aib1"), Secret("S"))])
        #expect(world.answer(world.written[0].id) == [.enter(.ready, why: "subscribed")])
        #expect(world.state == .ready && world.untilDeadline == .seconds(30))
    }

    @Test("a socket that does not open within 20 s is given up, and another follows after a wait")
    func connectTimeout() {
        var world = BotSocketWorld()
        world.handle(.start)
        world.pass(.seconds(20) - .milliseconds(1))
        #expect(world.state == .connecting)
        world.pass(.milliseconds(1))
        #expect(world.state == .retrying && world.isClosing && world.why == "no connection within 20.0 seconds")
        #expect(world.untilDeadline == .milliseconds(500))
        #expect(world.pass(.milliseconds(500)) == [.enter(.connecting, why: "it is time to try again"), .open(2)])
    }

    @Test("a subscription that is not answered within 15 s closes the connection")
    func subscribeTimeout() {
        var world = BotSocketWorld()
        world.handle(.start)
        world.handle(.opened(1))
        world.pass(.seconds(15))
        #expect(world.state == .retrying && world.isClosing)
    }

    @Test("the waits grow to 60 s, each is drawn from 0 up to that, and only a subscription makes them short again")
    func backoff() {
        var world = BotSocketWorld()
        world.random = 1
        world.handle(.start)
        var waits: [Duration] = []
        for attempt in 1...8 {
            // That the socket opens is no success.
            if attempt.isMultiple(of: 2) { world.handle(.opened(world.socket)) }
            world.close()
            waits.append(world.untilDeadline ?? .zero)
            world.pass(waits.last ?? .zero)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60].map { Duration.seconds($0) })
        world.random = 0.25
        world.handle(.openFailed(world.socket, reason: "no route"))
        #expect(world.untilDeadline == .seconds(15) && world.why == "no route")
        world.pass(.seconds(15))
        world.subscribe()
        world.close()
        #expect(world.untilDeadline == .milliseconds(250))
        world.random = 0
        world.pass(.milliseconds(250))
        world.close()
        #expect(world.untilDeadline == .zero)
    }

    @Test(
        "the third refusal of id and secret ends it, with what to do about it",
        arguments: [853_000, 400, 401, 403, 40013] as [Int64])
    func refused(code: Int64) {
        var world = BotSocketWorld()
        world.handle(.start)
        for _ in 1...2 {
            world.subscribe(code)
            #expect(world.state == .retrying && world.isClosing)
            world.pass(.seconds(60))
        }
        world.subscribe(code)
        #expect(world.state == .refused && world.isClosing && world.untilDeadline == nil)
        #expect(world.why.hasPrefix("the subscription is refused: WeCom refused with errcode \(code), "))
        if code == 853_000 { #expect(world.why.contains("copy Bot ID and Secret of the same bot again")) }
        world.handle(.start)
        #expect(world.state == .refused)
        #expect(world.handle(.reconnect).contains(.open(4)))
        world.subscribe(code)
        #expect(world.state == .retrying)
    }

    @Test("refusals that a success has come between are not counted together")
    func refusalsApart() {
        var world = BotSocketWorld()
        world.handle(.start)
        for _ in 1...5 {
            world.subscribe(853_000)
            world.pass(.seconds(60))
            world.subscribe()
            #expect(world.state == .ready)
            world.close()
            world.pass(.seconds(60))
        }
    }

    @Test(
        "any other refusal, and an answer that does not say how it went, is tried again for ever",
        arguments: [-1, 45009, nil] as [Int64?])
    func otherRefusals(code: Int64?) {
        var world = BotSocketWorld()
        world.handle(.start)
        for _ in 1...10 {
            world.subscribe(code)
            #expect(world.state == .retrying && world.isClosing)
            world.pass(.seconds(60))
        }
    }

    @Test("an answer to anything else does not subscribe")
    func strayAnswer() {
        var world = BotSocketWorld()
        world.handle(.start)
        world.handle(.opened(1))
        world.answer(BotRequestID("other"))
        #expect(world.state == .subscribing)
    }

    @Test("what is heard of an old socket changes nothing, not even its kick")
    func oldSocket() {
        var world = BotSocketWorld.ready()
        world.close()
        world.pass(.seconds(1))
        for event: BotSocketWorld.Machine.Event in [
            .opened(1), .openFailed(1, reason: "x"), .closed(1, reason: "x"), .frame(1, .kick(reason: nil)),
            .frame(1, .event(BotRequestID("R"), [:])),
        ] {
            #expect(world.handle(event) == [] && world.state == .connecting)
        }
    }
}

@Suite struct BotHeartbeatTests {
    @Test("a heartbeat goes every 30 s, and two without an answer end the connection at the third")
    func missed() {
        var world = BotSocketWorld.ready()
        for _ in 1...2 {
            world.pass(.seconds(30))
            #expect(world.written.map(\.command) == [.ping])
        }
        world.pass(.seconds(30))
        #expect(world.state == .retrying && world.isClosing)
        #expect(world.why == "2 heartbeats in a row were not answered")
    }

    @Test("one that is answered, even late, makes up for those before it")
    func answered() {
        var world = BotSocketWorld.ready()
        for _ in 1...10 {
            world.pass(.seconds(30))
            let first = world.written[0].id
            world.pass(.seconds(30))
            #expect(world.answer(first) == [])
            #expect(world.machine.lastSign == world.now)
        }
        #expect(world.state == .ready)
    }

    @Test(
        "one that is refused proves no life, and one that says the subscription is gone ends the connection",
        arguments: [-1, nil, 846_609] as [Int64?])
    func refused(code: Int64?) {
        var world = BotSocketWorld.ready()
        for _ in 1...2 where world.state == .ready {
            world.pass(.seconds(30))
            world.answer(world.written[0].id, code)
            #expect((world.state == .retrying) == (code == 846_609))
        }
        world.pass(.seconds(30))
        #expect(world.state != .ready)
    }

    @Test("each has an id of its own")
    func ids() {
        var world = BotSocketWorld.ready()
        var seen: Set<BotRequestID> = []
        for _ in 1...5 {
            world.pass(.seconds(30))
            #expect(seen.insert(world.written[0].id).inserted)
            world.answer(world.written[0].id)
        }
    }
}

@Suite struct BotEndingTests {
    @Test("a kick ends the connection at once, and nothing but an operator or the lease brings another")
    func displaced() {
        var world = BotSocketWorld.ready()
        world.say()
        world.receive(.kick(reason: "taken over"))
        #expect(world.state == .displaced && world.isClosing && world.untilDeadline == nil)
        #expect(world.why == "another connection has taken the bot over: taken over")
        #expect(world.outcomes == [.brokenOff(world.why)])
        for event: BotSocketWorld.Machine.Event in [
            .closed(1, reason: "late"), .tick, .stop(.leaseLost), .frame(1, .kick(reason: nil)),
        ] {
            world.now = world.now.advanced(by: Duration.seconds(600))
            #expect(world.handle(event) == [] && world.state == .displaced)
        }
        var other = world
        #expect(world.handle(.start).contains(.open(2)))
        #expect(other.handle(.reconnect).contains(.open(2)))
    }

    @Test("a kick that comes before the bot is ours ends it as well")
    func earlyKick() {
        var world = BotSocketWorld()
        world.handle(.start)
        world.handle(.opened(1))
        world.receive(.kick(reason: nil))
        #expect(world.state == .displaced && world.isClosing)
    }

    @Test("what an operator has disconnected stays so until they say otherwise")
    func byOperator() {
        var world = BotSocketWorld.ready()
        world.handle(.stop(.byOperator))
        #expect(world.state == .stopped(.byOperator) && world.isClosing)
        world.handle(.start)
        world.handle(.stop(.leaseLost))
        world.pass(.seconds(600))
        #expect(world.state == .stopped(.byOperator))
        #expect(world.handle(.reconnect).contains(.open(2)))
    }

    @Test(
        "a lost lease closes the connection at once, and the next one begins when it is ours again",
        arguments: [false, true])
    func leaseLost(isRetrying: Bool) {
        var world = BotSocketWorld.ready()
        if isRetrying { world.close() }
        world.handle(.stop(.leaseLost))
        #expect(world.state == .stopped(.leaseLost) && world.isClosing == !isRetrying && world.untilDeadline == nil)
        world.handle(.start)
        #expect(world.state == .connecting)
    }

    @Test("a bot that is held is given up in time unless it is held on to, whatever happens first by then")
    func heldUntil() {
        for event: BotSocketWorld.Machine.Event in [
            .tick, .frame(1, .message(BotRequestID("R"), ["msgid": "1"])), .closed(1, reason: "x"), .reconnect, .start,
        ] {
            var world = BotSocketWorld()
            world.handle(.hold(until: world.now.advanced(by: .seconds(20))))
            #expect(world.untilDeadline == nil)
            world.handle(.start)
            world.subscribe()
            world.pass(.seconds(10))
            #expect(world.untilDeadline == .seconds(10) && world.state == .ready)
            world.handle(.hold(until: world.now.advanced(by: .seconds(20))))
            world.say()
            world.now = world.now.advanced(by: .seconds(20))
            let actions = world.handle(event)
            #expect(world.state == .stopped(.leaseLost) && actions.first == .close(1))
            #expect(!actions.contains { if case .hear = $0 { true } else { false } }, "it is another's to hear")
            #expect(world.handle(.start) == [] && world.handle(.reconnect) == [] && world.untilDeadline == nil)
            world.handle(.hold(until: world.now.advanced(by: .seconds(20))))
            #expect(world.handle(.start).contains(.open(2)))
        }
    }

    @Test("a bot that is to be connected again waits for that no longer than it is held")
    func heldWhileRetrying() {
        var world = BotSocketWorld.ready()
        world.random = 1
        world.handle(.hold(until: world.now.advanced(by: .milliseconds(500))))
        world.close()
        #expect(world.state == .retrying && world.untilDeadline == .milliseconds(500))
        #expect(world.pass(.milliseconds(500)) == [.enter(.stopped(.leaseLost), why: world.why)])
    }

    @Test("an operator's reconnect closes what there is and opens another at once, from any state")
    func reconnect() {
        var ready = BotSocketWorld.ready()
        ready.say()
        ready.handle(.reconnect)
        #expect(ready.isClosing == false && ready.last.first == .close(1) && ready.last.last == .open(2))
        #expect(ready.outcomes == [.brokenOff("an operator wants another connection")])
        var retrying = BotSocketWorld.ready()
        retrying.close()
        #expect(retrying.handle(.reconnect).last == .open(2))
        var connecting = BotSocketWorld()
        connecting.handle(.start)
        #expect(connecting.handle(.reconnect).first == .close(1) && connecting.socket == 2)
    }

    @Test("a connection that is given up is closed, and another follows as after any loss")
    func givenUp() {
        var world = BotSocketWorld.ready()
        world.say()
        world.handle(.giveUp(1, reason: "a message could not be made durable"))
        #expect(world.state == .retrying && world.isClosing && world.machine.failures == 1)
        #expect(world.outcomes == [.brokenOff("a message could not be made durable")])
        #expect(world.handle(.giveUp(1, reason: "again")) == [])
    }

    @Test("a bot that is ours already is not begun again")
    func startTwice() {
        var world = BotSocketWorld()
        for _ in 1...2 {
            world.handle(.start)
            #expect(world.socket == 1)
        }
        world.handle(.opened(1))
        #expect(world.handle(.start) == [])
    }

    @Test("messages and events are handed over as they come, and unknown frames change nothing")
    func hearing() {
        var world = BotSocketWorld.ready()
        let message = BotFrame.message(BotRequestID("R"), ["msgid": "1"])
        let event = BotFrame.event(BotRequestID("E"), [:])
        #expect(world.receive(message) == [.hear(message)] && world.receive(event) == [.hear(event)])
        #expect(world.receive(.unknown(command: "new")) == [] && world.state == .ready)
        let stray = BotAnswer(BotRequestID("R"), code: ErrorCode(0))
        #expect(world.receive(.answer(stray)) == [.ignore(stray)])
    }
}
