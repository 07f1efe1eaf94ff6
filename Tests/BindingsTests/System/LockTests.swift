import System
import Testing

@Suite(.timeLimit(.minutes(5))) struct LockTests {
    @Test("threads that count together miss nothing")
    func counting() async {
        let count = Lock(0)
        let threads = (0..<4).map { _ in
            OSThread(named: "count") { for _ in 0..<10_000 { count.withLock { $0 += 1 } } }
        }
        for thread in threads { thread.join() }
        #expect(count.withLock { $0 } == 40_000)
    }

    @Test("what is thrown inside leaves the lock open")
    func throwing() {
        struct Refused: Error {}
        let value = Lock(1)
        #expect(throws: Refused.self) { try value.withLock { _ throws(Refused) in throw Refused() } }
        #expect(value.withLock { $0 } == 1)
    }
}
