import JSON
import System
import Testing
import WeCom

@testable import Lanes

@Suite struct BotSendingTests {
    private let notReady = BotConnectionMachine.Outcome.unsent("the bot is not connected")

    @Test("nothing is sent before the bot is ours: whoever wants it may try again")
    func notReadyYet() {
        var world = BotSocketWorld()
        world.say()
        #expect(world.outcomes == [notReady])
        world.handle(.start)
        world.say()
        #expect(world.outcomes == [notReady] && world.written.isEmpty)
        world.handle(.opened(1))
        world.respond(.closing("S", "x"))
        #expect(world.outcomes == [notReady] && world.written.isEmpty)
    }

    @Test("a command is done when WeCom says so, with what it says")
    func done() {
        var world = BotSocketWorld.ready()
        let ticket = world.say()
        let id = world.written[0].id
        #expect(id.text.hasPrefix("aibot_send_msg_"))
        #expect(world.answer(id, body: ["a": 1]) == [.settle(ticket, .done(body: ["a": 1]))])
    }

    @Test("a refusal fails that command alone, and so does an answer that does not say how it went")
    func refused() {
        var world = BotSocketWorld.ready()
        world.say()
        world.answer(world.written[0].id, 93017)
        #expect(world.outcomes == [.refused(ErrorCode(93017), message: "words")])
        world.say()
        world.answer(world.written[0].id, nil)
        #expect(world.outcomes == [.refused(nil, message: "words")] && world.state == .ready)
    }

    @Test("a way that is gone is told as that", arguments: [846_605, 846_608] as [Int64])
    func wayGone(code: Int64) {
        var world = BotSocketWorld.ready()
        world.respond(.closing("S", "x"))
        world.answer(BotRequestID("R"), code)
        #expect(world.outcomes == [.wayGone(ErrorCode(code), message: "words")] && world.state == .ready)
    }

    @Test("frames of one answer go one after another, those of others beside them")
    func serial() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        #expect(world.written.count == 1)
        world.respond(.closing("S", "done"))
        #expect(world.written.isEmpty)
        world.respond(.closing("T", "other"), to: "Q")
        #expect(world.written.map(\.id) == [BotRequestID("Q")])
        world.answer(BotRequestID("R"))
        #expect(world.written.map(\.command) == [.respond(.stream(.closing("S", "done")))])
        #expect(world.outcomes == [.done(body: nil)])
    }

    @Test(
        "an answer that comes twice settles its command once, and is nobody's the second time, as is one under another id"
    )
    func doubled() {
        var world = BotSocketWorld.ready()
        let ticket = world.say()
        let id = world.written[0].id
        #expect(world.answer(BotRequestID("another")).allSatisfy { if case .ignore = $0 { true } else { false } })
        #expect(world.answer(id) == [.settle(ticket, .done(body: nil))])
        for code in [0, 93017] as [Int64] {
            #expect(world.answer(id, code).allSatisfy { if case .ignore = $0 { true } else { false } })
        }
        let reply = world.respond(.closing("S", "x"))
        #expect(world.answer(BotRequestID("R")) == [.settle(reply, .done(body: nil))])
        #expect(world.answer(BotRequestID("R"), 846_605).allSatisfy { if case .ignore = $0 { true } else { false } })
        #expect(world.state == .ready)
    }

    @Test("an intermediate frame is skipped while an answer is out, and the closing one never is")
    func skipped() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        for text in ["1", "12"] {
            world.respond(.running("S", text))
            #expect(world.outcomes == [.skipped] && world.written.isEmpty)
        }
        world.respond(.closing("S", "123"))
        #expect(world.outcomes.isEmpty)
        world.respond(.running("S", "late"))
        #expect(world.outcomes == [.skipped])
        world.answer(BotRequestID("R"))
        #expect(world.written.map(\.command) == [.respond(.stream(.closing("S", "123")))])
        world.answer(BotRequestID("R"))
        world.respond(.running("S", "later still"))
        #expect(world.outcomes == [.skipped], "it would open what has ended")
        world.respond(.opening("S2"))
        #expect(world.written.count == 1)
    }

    @Test("an answer that does not come within 10 s leaves open whether the command was carried out")
    func timeout() {
        var world = BotSocketWorld.ready()
        world.say()
        let id = world.written[0].id
        #expect(world.untilDeadline == .seconds(10))
        world.pass(.seconds(10))
        #expect(world.outcomes == [.unanswered("no answer within 10.0 seconds")] && world.state == .ready)
        world.answer(id)
        #expect(world.outcomes.isEmpty)
    }

    @Test("a piece of a file has longer")
    func uploadTimeout() {
        var world = BotSocketWorld.ready()
        let chunk = BotCommand.uploadChunk(of: BotUpload.ID("U"), index: 0, [1])
        world.handle(.send(.init(chunk, BotConnectionMachine.Ticket(9))))
        world.pass(.seconds(10))
        #expect(world.outcomes.isEmpty)
        world.pass(.seconds(20))
        #expect(world.outcomes.count == 1)
    }

    @Test("after an answer that did not come, intermediate frames are left out and the closing one goes once")
    func unreliable() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.pass(.seconds(10))
        world.respond(.running("S", "1"))
        #expect(world.outcomes == [.skipped])
        world.respond(.closing("S", "12"))
        #expect(world.written.count == 1)
    }

    @Test("a late answer is not taken for that of the frame behind it")
    func lateAnswer() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.pass(.seconds(10))
        let seal = world.respond(.closing("S", "12"))
        world.answer(BotRequestID("R"))
        #expect(world.outcomes.isEmpty)
        #expect(
            world.answer(BotRequestID("R"), 846_608) == [.settle(seal, .wayGone(ErrorCode(846_608), message: "words"))])
        #expect(world.machine.lines.isEmpty)
        world.respond(.running("T", "1"))
        #expect(world.written.count == 1)
        world.pass(.seconds(10))
        world.answer(BotRequestID("R"))
        #expect(world.machine.lines.isEmpty && world.machine.lateLines.isEmpty)
    }

    @Test("an answer that never comes does not let the next frame look sent, and costs no frame behind that its own")
    func lostAnswer() {
        let unanswered = BotConnectionMachine.Outcome.unanswered("no answer within 10.0 seconds")
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.pass(.seconds(10))
        world.respond(.closing("S", "12"))
        world.answer(BotRequestID("R"))
        world.pass(.seconds(10))
        #expect(world.outcomes == [unanswered])
        // The same once more: whichever of the two WeCom speaks of, it is there.
        let again = world.respond(.closing("S", "12"))
        #expect(world.written.count == 1)
        #expect(world.answer(BotRequestID("R")) == [.settle(again, .done(body: nil))])
        world.pass(.seconds(10))
        for number in 0..<3 {
            let next = world.answer(with: .markdown("\(number)"))
            #expect(world.written.count == 1)
            #expect(world.answer(BotRequestID("R")) == [.settle(next, .done(body: nil))])
        }
        #expect(world.machine.lines.isEmpty)
    }

    @Test("however many answers are lost, each frame behind them that is answered in time is known to be there")
    func lostAnswers() {
        var world = BotSocketWorld.ready()
        for number in 0..<3 {
            world.answer(with: .markdown("lost \(number)"))
            #expect(world.written.count == 1)
            world.pass(.seconds(10))
            #expect(world.outcomes.count == 1)
            world.pass(.seconds(10))
            let next = world.answer(with: .markdown("\(number)"))
            #expect(world.answer(BotRequestID("R")) == [.settle(next, .done(body: nil))])
        }
    }

    @Test("what may be shown once only waits until no answer is late any more", arguments: [true, false])
    func onceOnly(itComes: Bool) {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.pass(.seconds(10))
        let part = world.answer(with: .markdown("2/5"))
        #expect(world.written.isEmpty && world.untilDeadline == .seconds(10))
        if itComes {
            world.answer(BotRequestID("R"))
        } else {
            world.pass(.seconds(9))
            #expect(world.written.isEmpty)
            world.pass(.seconds(1))
        }
        #expect(world.written.map(\.command) == [.respond(.markdown("2/5"))])
        #expect(world.answer(BotRequestID("R")) == [.settle(part, .done(body: nil))])
    }

    @Test("an answer is late for ten seconds, and then it does not come: frames are shown again")
    func lateness() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.pass(.seconds(10))
        world.pass(.seconds(10))
        #expect(world.machine.lines.isEmpty && world.machine.lateLines.isEmpty)
        let frame = world.respond(.running("S", "1"))
        #expect(world.answer(BotRequestID("R")) == [.settle(frame, .done(body: nil))])
    }

    @Test("what waits goes out when the frame before it was given up")
    func goesOn() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.respond(.closing("S", "1"))
        world.pass(.seconds(10))
        #expect(world.written.map(\.command) == [.respond(.stream(.closing("S", "1")))])
    }

    @Test("a close tells apart what went out and what did not, and all of it may be tried again")
    func closed() {
        var world = BotSocketWorld.ready()
        world.respond(.opening("S"))
        world.respond(.closing("S", "1"))
        world.say()
        world.close()
        let why = "closed by the other side"
        #expect(world.outcomes == [.brokenOff(why), .unsent(why), .brokenOff(why)])
        #expect(world.state == .retrying && !world.isClosing)
    }

    @Test("there is a limit to what waits, for one answer and for all")
    func bounds() {
        var limits = BotConnectionLimits()
        limits.waiting = 3
        limits.pending = 6
        let full = BotConnectionMachine.Outcome.unsent("too much is under way over the bot's connection")
        var world = BotSocketWorld.ready(limits: limits)
        for number in 0..<5 {
            world.respond(.closing("S\(number)", "x"))
            #expect(world.outcomes == (number < 4 ? [] : [full]))
        }
        for number in 0..<4 {
            world.say()
            #expect(world.outcomes == (number < 2 ? [] : [full]))
        }
        world.answer(BotRequestID("R"))
        world.say()
        #expect(world.outcomes == [])
    }

    @Test("the ids of which an answer is late are bounded, and the oldest is forgotten")
    func lateBounds() {
        var limits = BotConnectionLimits()
        limits.lateLines = 2
        var world = BotSocketWorld.ready(limits: limits)
        for id in ["A", "B", "C"] { world.respond(.opening("S"), to: id) }
        world.pass(.seconds(10))
        for (id, isSkipped) in [("A", false), ("B", true), ("C", true)] {
            world.respond(.running("S", "1"), to: id)
            #expect(world.outcomes == (isSkipped ? [.skipped] : []))
        }
        #expect(world.machine.lines.count == 3)
    }
}

@Suite struct BotLostSubscriptionTests {
    @Test(
        "a subscription that is gone closes the connection, and the command goes once more over the next",
        arguments: [846_601, 846_602, 846_609] as [Int64])
    func repeated(code: Int64) {
        var world = BotSocketWorld.ready()
        let ticket = world.say("again")
        let command = world.written[0].command
        world.answer(world.written[0].id, code)
        #expect(world.state == .retrying && world.isClosing && world.outcomes.isEmpty)
        world.pass(.seconds(1))
        world.subscribe()
        #expect(world.state == .ready && world.written.map(\.command) == [command])
        #expect(world.answer(world.written[0].id) == [.settle(ticket, .done(body: nil))])
    }

    @Test("it goes once: a second loss is its end")
    func once() {
        var world = BotSocketWorld.ready()
        world.say()
        world.answer(world.written[0].id, 846_609)
        world.pass(.seconds(1))
        world.subscribe()
        world.answer(world.written[0].id, 846_609)
        #expect(world.outcomes == [.refused(.notSubscribed, message: "words")] && world.state == .retrying)
        world.pass(.seconds(60))
        world.subscribe()
        #expect(world.state == .ready && world.written.isEmpty)
    }

    @Test("an intermediate frame does not: it might open a stream that nobody closes")
    func intermediate() {
        var world = BotSocketWorld.ready()
        world.respond(.running("S", "1"))
        world.answer(BotRequestID("R"), 846_609)
        #expect(world.outcomes.count == 1 && world.state == .retrying)
        world.pass(.seconds(1))
        world.subscribe()
        #expect(world.written.isEmpty)
    }

    @Test("the others that were under way may be tried again by who wanted them")
    func others() {
        var world = BotSocketWorld.ready()
        world.say("first")
        let first = world.written[0].id
        world.say("second")
        world.answer(first, 846_609)
        guard case .brokenOff? = world.outcomes.first, world.outcomes.count == 1 else {
            Issue.record("\(world.outcomes)")
            return
        }
    }

    @Test("a command is not held for ever, nor longer than the bot is wanted")
    func held() {
        var world = BotSocketWorld.ready()
        world.say()
        world.answer(world.written[0].id, 846_609)
        var other = world
        var displaced = world
        for _ in 1...59 { world.pass(.seconds(1)) }
        #expect(world.outcomes.isEmpty)
        world.pass(.seconds(1))
        #expect(world.outcomes == [.unsent("there was no connection again in time")])
        other.handle(.stop(.byOperator))
        #expect(other.outcomes == [.unsent("disconnected by an operator")])
        displaced.pass(.seconds(1))
        displaced.handle(.opened(displaced.socket))
        displaced.receive(.kick(reason: nil))
        #expect(displaced.outcomes == [.unsent("another connection has taken the bot over")])
    }

    @Test("an answer that nobody waits for says it as well as any other")
    func stray() {
        var world = BotSocketWorld.ready()
        world.answer(BotRequestID("old"), 846_609)
        #expect(world.state == .retrying && world.isClosing)
    }
}
