import Lifecycle
import Observability
import RouterTesting
import System
import Testing
import WeCom

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct TurnSupervisorTests {
    private let clock = ManualClock()
    private let running: RunningTurn
    private let supervisor: TurnSupervisor

    init() {
        let user = UserID("zhangsan")
        running = RunningTurn(
            ClaimedJob(
                lease: Lease(job: JobID(1), number: 1),
                conversation: ConversationKey(endpoint: .app(Workshop.key), user: user), epoch: 0, attempt: 1,
                crashes: 0,
                messages: []),
            heldSince: clock.now, leases: LeaseLimits(), by: clock)
        supervisor = TurnSupervisor(
            limits: TurnLimits(total: .seconds(60), idle: .seconds(25)), threads: WorkThreads(named: "turn"),
            log: .silent)
    }

    @Test("a turn that ends in time is its reply, whatever is said of it afterwards")
    func answered() async {
        let outcome = await supervisor.run(running) { Reply("yes") }
        running.stop(.deadline(.seconds(1)))
        #expect(outcome == .answered(Reply("yes")))
    }

    @Test("a turn that is silent is stopped, with what it had said")
    func silent() async {
        async let outcome = supervisor.run(running, untilCancelled)
        await clock.untilSomebodySleeps(for: .seconds(25))
        running.feed.note(.text("so far"))
        clock.advance(by: .seconds(25))
        #expect(await outcome == timeout("no sign of life for 25.00 s (idle_timeout)", "so far"))
    }

    @Test("each sign of life puts that off, until the turn has taken too long")
    func deadline() async {
        async let outcome = supervisor.run(running, untilCancelled)
        for (ahead, sleep) in [(20, 25), (15, 20)] {
            await clock.untilSomebodySleeps(for: .seconds(sleep))
            clock.advance(by: .seconds(ahead))
            running.feed.note(.activity)
            clock.advance(by: .seconds(sleep - ahead))
        }
        await clock.advance(whenSomebodySleepsFor: .seconds(15))
        #expect(await outcome == timeout("no answer within 60.00 s (timeout)"))
    }

    @Test("an agent that cannot say that it lives is not stopped for its silence, but at the end of its time")
    func mute() async {
        async let outcome = supervisor(idle: nil).run(running, untilCancelled)
        await clock.untilSomebodySleeps(for: .seconds(60))
        clock.advance(by: .seconds(59))
        await clock.advance(whenSomebodySleepsFor: .seconds(1))
        #expect(await outcome == timeout("no answer within 60.00 s (timeout)"))
    }

    @Test("where a first sign may never come, silence counts from the first one on")
    func firstSign() async {
        async let outcome = supervisor(idle: .seconds(25), from: .firstSign).run(running, untilCancelled)
        await clock.advance(whenSomebodySleepsFor: .seconds(25))
        await clock.untilSomebodySleeps(for: .seconds(25))
        #expect(running.stopReason == nil)
        clock.advance(by: .seconds(5))
        running.feed.note(.activity)
        clock.advance(by: .seconds(20))
        await clock.advance(whenSomebodySleepsFor: .seconds(5))
        #expect(await outcome == timeout("no sign of life for 25.00 s (idle_timeout)"))
    }

    private func supervisor(idle: Duration?, from start: TurnLimits.SilenceStart = .beginning) -> TurnSupervisor {
        TurnSupervisor(
            limits: TurnLimits(total: .seconds(60), idle: idle, from: start), threads: WorkThreads(named: "turn"),
            log: .silent)
    }

    @Test("while a person is asked an agent need not say anything; its silence begins with the answer")
    func asked() async {
        async let outcome = supervisor.run(running, untilCancelled)
        async let ending = running.questions.ending(of: QuestionID(1), within: .seconds(600))
        await clock.untilSomebodySleeps(for: .seconds(600))
        await clock.advance(whenSomebodySleepsFor: .seconds(25))
        await clock.untilSomebodySleeps(for: .seconds(25))
        clock.advance(by: .seconds(5))
        running.questions.resolve(QuestionID(1), as: .expired)
        #expect(await ending == .expired)
        clock.advance(by: .seconds(20))
        await clock.untilSomebodySleeps(for: .seconds(5))
        #expect(running.stopReason == nil)
        clock.advance(by: .seconds(5))
        #expect(await outcome == timeout("no sign of life for 25.00 s (idle_timeout)"))
    }

    @Test("an agent that does not end when it is stopped has its grace, and is then left to itself")
    func abandoned() async {
        let (began, release) = (Signpost(), Signpost())
        async let outcome = supervisor.run(running) {
            began.reach()
            await release.waitThroughCancellation()
            return Reply("too late")
        }
        await began.wait()
        running.stop(.cancelled("not wanted"))
        await clock.untilSomebodySleeps(for: .seconds(30))
        clock.advance(by: .seconds(29))
        await clock.untilSomebodySleeps(for: .seconds(1))
        #expect(!running.isAbandoned)
        clock.advance(by: .seconds(1))
        #expect(await outcome == .cancelled(reason: "not wanted"))
        #expect(running.isAbandoned)
        release.reach()
    }

    @Test("when the server goes down it has less, and what it had begun comes again")
    func abandonedAtDrain() async {
        let (began, release) = (Signpost(), Signpost())
        let run = Task {
            await supervisor.run(running) {
                began.reach()
                await release.waitThroughCancellation()
                return Reply("too late")
            }
        }
        await began.wait()
        run.cancel()
        await clock.advance(whenSomebodySleepsFor: .milliseconds(150))
        #expect(await run.value == .interrupted)
        #expect(running.isAbandoned)
        release.reach()
    }

    @Test("an agent that ends in its grace is not abandoned, and an answer that the stop came too late for counts")
    func endsInGrace() async {
        let (began, release) = (Signpost(), Signpost())
        async let outcome = supervisor.run(running) {
            began.reach()
            await release.waitThroughCancellation()
            return Reply("just in time")
        }
        await began.wait()
        running.stop(.cancelled("not wanted"))
        await clock.untilSomebodySleeps(for: .seconds(30))
        release.reach()
        #expect(await outcome == .answered(Reply("just in time")))
        #expect(!running.isAbandoned)
    }

    @Test("an answer whose lease was lost is nobody's")
    func leaseLost() async {
        let outcome = await supervisor.run(running) { [running] in
            running.stop(.leaseLost)
            return Reply("yes")
        }
        #expect(outcome == .outbid)
    }
}

private let untilCancelled: TurnSupervisor.Body = {
    await Signpost().wait()
    throw CancellationError()
}

private func timeout(_ reason: String, _ text: String = "") -> Outcome {
    .failed(AgentFailure(.timeout, reason, partialText: text))
}
