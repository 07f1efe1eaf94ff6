import Router
import RouterTesting
import System
import Testing

@Suite(.timeLimit(.minutes(1))) struct WakeupTests {
    @Test("a signal before the wait is not lost")
    func before() async {
        let wakeup = Wakeup()
        wakeup.signal()
        await wakeup.wait()
    }

    @Test("any number of signals count as one")
    func coalesce() async {
        let wakeup = Wakeup()
        for _ in 0..<5 { wakeup.signal() }
        await wakeup.wait()
        let hasReturned = Lock(false)
        let second = Task {
            await wakeup.wait()
            hasReturned.withLock { $0 = true }
        }
        for _ in 0..<200 { await Task.yield() }
        #expect(!hasReturned.withLock { $0 })
        wakeup.signal()
        await second.value
    }

    @Test("none is lost, whoever signals while somebody begins to wait")
    func race() async {
        let wakeup = Wakeup()
        let made = Lock(0)
        let (makers, each) = (8, 2000)
        await withTaskGroup { group in
            for _ in 0..<makers {
                group.addTask {
                    for _ in 0..<each {
                        made.withLock { $0 += 1 }
                        wakeup.signal()
                    }
                }
            }
            group.addTask {
                while made.withLock({ $0 }) < makers * each { await wakeup.wait() }
            }
        }
        #expect(made.withLock { $0 } == makers * each)
    }

    @Test("a wait with a limit ends with it, which is no signal")
    func limit() async {
        let (wakeup, clock) = (Wakeup(), ManualClock())
        for _ in 0..<100 {
            async let wait: Void = wakeup.wait(atMost: .seconds(5), by: clock)
            await clock.advance(whenSomebodySleepsFor: .seconds(5))
            await wait
        }
    }

    @Test("a signal ends it before, and none is lost to the limit")
    func signalBeforeLimit() async {
        let (wakeup, clock) = (Wakeup(), ManualClock())
        wakeup.signal()
        await wakeup.wait(atMost: .seconds(5), by: clock)
        async let wait: Void = wakeup.wait(atMost: .seconds(5), by: clock)
        await clock.untilSomebodySleeps(for: .seconds(5))
        wakeup.signal()
        await wait
        wakeup.signal()
        await wakeup.wait()
    }

    @Test("a cancelled wait ends, at whatever moment")
    func cancelled() async {
        for _ in 0..<200 {
            let wakeup = Wakeup()
            let task = Task { await wakeup.wait() }
            await Task.yield()
            task.cancel()
            await task.value
        }
    }
}
