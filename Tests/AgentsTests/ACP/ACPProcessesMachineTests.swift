import Router
import System
import Testing
import WeCom

@testable import Agents

/// Tests which process a turn gets, and which end when, without any process.
@Suite struct ACPProcessesMachineTests {
    private typealias Machine = ACPProcesses.StateMachine

    private static let start = MonotonicTime.now

    private func machine(bound: Int = 100) -> Machine { Machine(idle: .seconds(10), bound: bound) }

    private func session(_ user: String) -> SessionKey {
        SessionKey(
            ConversationKey(
                endpoint: .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), user: UserID(user)))
    }

    private func moment(_ seconds: Int) -> MonotonicTime {
        ACPProcessesMachineTests.start.advanced(by: .seconds(seconds))
    }

    /// Starts a process for the user, who has none.
    private func begin(_ user: String, _ machine: inout Machine) throws -> Int {
        guard case .start(let id) = machine.take(for: session(user), epoch: 0) else {
            throw AgentFailure(.config, "none is started")
        }
        #expect(machine.started(id) == true)
        return id
    }

    /// The same, and gives it back.
    private func keep(_ user: String, _ machine: inout Machine, at seconds: Int = 0) throws -> Int {
        let id = try begin(user, &machine)
        #expect(machine.giveBack(id, epoch: 0, isFit: true, at: moment(seconds)) == [])
        return id
    }

    @Test("a conversation gets the process that it gave back, and another conversation gets another")
    func reuse() throws {
        var machine = machine()
        let id = try keep("a", &machine)
        #expect(try begin("b", &machine) != id)
        #expect(machine.take(for: session("a"), epoch: 0) == .use(id))
        // It is in use now: what asks meanwhile gets one of its own.
        #expect(machine.take(for: session("a"), epoch: 0) == .start(3))
    }

    @Test(
        "an agent that is replaced keeps no process: those at rest end at once, those in use when they come back, a new one too"
    )
    func retired() throws {
        var machine = machine()
        let kept = try keep("a", &machine)
        let used = try begin("b", &machine)
        #expect(machine.retire() == [kept])
        #expect(machine.giveBack(used, epoch: 0, isFit: true, at: moment(1)) == [used])
        let late = try begin("c", &machine)
        #expect(machine.giveBack(late, epoch: 0, isFit: true, at: moment(2)) == [late])
        #expect(machine.nextExpiry == nil && !machine.isEmpty)
        for id in [kept, used, late] { machine.gone(id) }
        #expect(machine.isEmpty)
    }

    @Test("a process of an earlier epoch, or one that does not suit, ends before the next is started")
    func another() throws {
        var machine = machine()
        let id = try keep("a", &machine)
        #expect(machine.take(for: session("a"), epoch: 1) == .end(id))
        #expect(machine.take(for: session("a"), epoch: 1) == .wait(id))
        machine.gone(id)
        let next = try begin("a", &machine)
        #expect(machine.giveBack(next, epoch: 1, isFit: true, at: moment(0)) == [])
        #expect(machine.take(for: session("a"), epoch: 1) == .use(next))
        #expect(machine.end(next) == [next])
        #expect(machine.end(next) == [])
        #expect(machine.take(for: session("a"), epoch: 1) == .wait(next))
    }

    @Test("one that is not fit is ended when it comes back, and so is one that is already kept for its conversation")
    func givenBack() throws {
        var machine = machine()
        let unfit = try begin("a", &machine)
        #expect(machine.giveBack(unfit, epoch: 0, isFit: false, at: moment(0)) == [unfit])
        #expect(machine.isEnding(unfit))
        let (first, second) = (try begin("b", &machine), try begin("b", &machine))
        #expect(machine.giveBack(first, epoch: 0, isFit: true, at: moment(0)) == [])
        #expect(machine.giveBack(second, epoch: 0, isFit: true, at: moment(1)) == [first])
        machine.gone(first)
        #expect(machine.take(for: session("b"), epoch: 0) == .use(second))
    }

    @Test("where the bound is reached, who rested longest ends before another starts, until there is room")
    func bound() throws {
        var machine = machine(bound: 2)
        let (first, second) = (try keep("a", &machine), try keep("b", &machine, at: 1))
        #expect(machine.take(for: session("c"), epoch: 0) == .end(first))
        // It counts until nothing of it is left.
        #expect(machine.take(for: session("d"), epoch: 0) == .end(second))
        machine.gone(first)
        machine.gone(second)
        let third = try begin("c", &machine)
        let fourth = try begin("d", &machine)
        // Nobody rests: a turn does not wait for others, and one that is one too many ends behind it.
        let fifth = try begin("e", &machine)
        #expect(machine.giveBack(fifth, epoch: 0, isFit: true, at: moment(2)) == [fifth])
        machine.gone(fifth)
        #expect(machine.giveBack(third, epoch: 0, isFit: true, at: moment(3)) == [])
        #expect(machine.giveBack(fourth, epoch: 0, isFit: true, at: moment(4)) == [])
    }

    @Test("one that is about to run counts, and one that could not be started does so no longer")
    func starting() throws {
        var machine = machine(bound: 2)
        let kept = try keep("a", &machine)
        #expect(machine.take(for: session("b"), epoch: 0) == .start(2))
        #expect(machine.take(for: session("c"), epoch: 0) == .end(kept))
        machine.gone(kept)
        machine.gone(2)
        #expect(machine.take(for: session("c"), epoch: 0) == .start(3))
    }

    @Test("one that nobody has wanted for long ends, in the order in which they came back")
    func idle() throws {
        var machine = machine()
        #expect(machine.nextExpiry == nil)
        let (first, second) = (try keep("a", &machine, at: 0), try keep("b", &machine, at: 5))
        #expect(machine.nextExpiry == moment(10))
        #expect(machine.expire(at: moment(9)) == [])
        #expect(machine.expire(at: moment(10)) == [first])
        #expect(machine.expire(at: moment(10)) == [])
        #expect(machine.nextExpiry == moment(15))
        #expect(machine.take(for: session("a"), epoch: 0) == .wait(first))
        // One that is in use does not.
        #expect(machine.take(for: session("b"), epoch: 0) == .use(second))
        #expect(machine.nextExpiry == nil)
        #expect(machine.expire(at: moment(100)) == [])
        #expect(machine.giveBack(second, epoch: 0, isFit: true, at: moment(20)) == [])
        #expect(machine.nextExpiry == moment(30))
    }

    @Test("a process that has ended is nobody's, in whichever state it was")
    func gone() throws {
        for state in ["starting", "used", "kept", "ending"] {
            var machine = machine(bound: 1)
            guard case .start(let id) = machine.take(for: session("a"), epoch: 0) else { return }
            if state != "starting" { #expect(machine.started(id) == true) }
            if state == "kept" { #expect(machine.giveBack(id, epoch: 0, isFit: true, at: moment(0)) == []) }
            if state == "ending" { #expect(machine.end(id) == [id]) }
            machine.gone(id)
            #expect(machine.nextExpiry == nil, "\(state)")
            #expect(machine.end(id) == [], "\(state)")
            #expect(!machine.isEnding(id), "\(state)")
            #expect(machine.giveBack(id, epoch: 0, isFit: true, at: moment(0)) == [], "\(state)")
            #expect(machine.take(for: session("a"), epoch: 0) == .start(id + 1), "\(state)")
        }
    }

    @Test("a probe's process is never kept, and counts")
    func probe() throws {
        var machine = machine(bound: 1)
        guard case .start(let id) = machine.start() else { return }
        #expect(machine.started(id) == true)
        let turn = try begin("a", &machine)
        #expect(machine.giveBack(turn, epoch: 0, isFit: true, at: moment(0)) == [turn])
        #expect(machine.end(id) == [id])
    }

    @Test("closing ends all that run, kills one that is about to, and starts none any more")
    func closing() throws {
        var machine = machine()
        let (kept, used) = (try keep("a", &machine), try begin("b", &machine))
        #expect(machine.take(for: session("c"), epoch: 0) == .start(3))
        #expect(machine.close() == [kept, used])
        #expect(machine.started(3) == false)
        #expect(machine.take(for: session("a"), epoch: 0) == .refuse)
        #expect(machine.start() == .refuse)
        #expect(machine.giveBack(used, epoch: 0, isFit: true, at: moment(0)) == [])
        #expect(machine.nextExpiry == nil)
        #expect(machine.expire(at: moment(100)) == [])
    }
}
