import System
import Testing

@Suite struct BlockingQueueTests {
    @Test("elements come out in order, as many at once as are asked for")
    func order() {
        let queue = BlockingQueue<Int>(capacity: 10)
        for number in 1...5 { #expect(queue.push(number) == .accepted) }
        #expect(queue.count == 5)
        #expect(queue.pop(max: 2) == [1, 2])
        #expect(queue.pop(max: 10) == [3, 4, 5])
    }

    @Test("a full queue refuses, and takes again once there is room")
    func capacity() {
        let queue = BlockingQueue<Int>(capacity: 2)
        #expect(queue.push(1) == .accepted)
        #expect(queue.push(2) == .accepted)
        #expect(queue.push(3) == .full)
        #expect(queue.pop(max: 1) == [1])
        #expect(queue.push(3) == .accepted)
        #expect(queue.pop(max: 5) == [2, 3])
    }

    @Test("a closed queue takes nothing more and hands out what it has")
    func close() {
        let queue = BlockingQueue<Int>(capacity: 2)
        _ = queue.push(1)
        queue.close()
        #expect(queue.hasClosed)
        #expect(queue.push(2) == .closed)
        #expect(queue.pop(max: 5) == [1])
        #expect(queue.pop(max: 5).isEmpty)
    }

    @Test("closing wakes every thread that sleeps")
    func closeWakes() {
        let queue = BlockingQueue<Int>(capacity: 2)
        let sleepers = (0..<3).map { _ in OSThread(named: "sleeper") { _ = queue.pop(max: 1) } }
        queue.close()
        for sleeper in sleepers { sleeper.join() }
    }

    @Test("a pop with a limit comes back empty when nothing is there")
    func limit() {
        let queue = BlockingQueue<Int>(capacity: 2)
        #expect(queue.pop(max: 1, waitingAtMost: .milliseconds(20)).isEmpty)
        #expect(queue.pop(max: 1, waitingAtMost: .zero).isEmpty)
        _ = queue.push(1)
        #expect(queue.pop(max: 1, waitingAtMost: .seconds(60)) == [1])
    }

    @Test("who gathers sleeps until enough wait, or all that can, or the time is over, or nothing more comes")
    func gather() {
        let queue = BlockingQueue<Int>(capacity: 3)
        queue.gather(2, for: .milliseconds(2))
        for (count, pushes) in [(2, 2), (9, 3)] {
            let gatherer = OSThread(named: "gatherer") { queue.gather(count, for: .seconds(60)) }
            for number in 1...pushes { _ = queue.push(number) }
            gatherer.join()
            #expect(queue.pop(max: 9).count == pushes)
        }
        let gatherer = OSThread(named: "gatherer") { queue.gather(2, for: .seconds(60)) }
        queue.close()
        gatherer.join()
    }

    @Test("every one of several threads that sleep is woken when there is an element for each")
    func manyThreads() {
        let (queue, gate) = (BlockingQueue<Int>(capacity: 10), BlockingQueue<Int>(capacity: 1))
        let taken = BlockingQueue<[Int]>(capacity: 10)
        // Each takes one and then holds still: nobody takes it in the place of another.
        let threads = (0..<4).map { _ in
            OSThread(named: "taker") {
                _ = taken.push(queue.pop(max: 1, waitingAtMost: .seconds(10)))
                _ = gate.pop(max: 1)
            }
        }
        for number in 1...4 { _ = queue.push(number) }
        var all: [[Int]] = []
        while all.count < 4 { all += taken.pop(max: 4) }
        gate.close()
        for thread in threads { thread.join() }
        #expect(all.sorted { $0.lexicographicallyPrecedes($1) } == [[1], [2], [3], [4]])
    }

    @Test("600,000 elements that wait come out one at a time, in order, within 20 s", .timeLimit(.minutes(2)))
    func manyWait() {
        let count = 600_000
        let queue = BlockingQueue<Int>(capacity: count)
        for number in 0..<count { _ = queue.push(number) }
        let start = MonotonicTime.now
        for number in 0..<count where queue.pop(max: 1) != [number] { Issue.record("\(number) is not the next") }
        #expect(queue.count == 0)
        #expect(MonotonicTime.now < start.advanced(by: .seconds(20)))
    }

    @Test("what was taken is not kept while others wait behind it")
    func releases() {
        final class Token: Sendable {}
        let queue = BlockingQueue<Token>(capacity: 10)
        weak var first: Token?
        do {
            let token = Token()
            first = token
            _ = queue.push(token)
        }
        for _ in 1...5 { _ = queue.push(Token()) }
        _ = queue.pop(max: 1)
        #expect(first == nil)
    }
}
