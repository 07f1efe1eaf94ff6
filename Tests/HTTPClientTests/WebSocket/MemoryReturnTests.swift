import System
import Testing

@testable import HTTPClient

@Suite("giving memory back")
struct MemoryReturnTests {
    /// The moments, in milliseconds, at which it is time, for whoever asks at each of these.
    private func due(whenAskedAt moments: [Int], connectsAt connects: [Int]) -> [Int] {
        let start = MonotonicTime.now
        func moment(_ milliseconds: Int) -> MonotonicTime { start.advanced(by: .milliseconds(milliseconds)) }
        var (memory, connects) = (MemoryReturn(), connects[...])
        return moments.filter {
            while let next = connects.first, next <= $0 { memory.noteConnect(at: moment(connects.removeFirst())) }
            return memory.isDue(at: moment($0))
        }
    }

    @Test("it is given back once, when nothing has connected for a while")
    func once() {
        #expect(due(whenAskedAt: [0, 1999, 2999, 3000, 3001, 900_000], connectsAt: [1, 1000]) == [3000])
        #expect(due(whenAskedAt: [0, 5000, 900_000], connectsAt: []) == [])
    }

    @Test("it is given back at most once a minute, and what connected meanwhile is not forgotten")
    func pause() {
        #expect(due(whenAskedAt: [2000, 6000, 61_999, 62_000, 900_000], connectsAt: [0, 3000]) == [2000, 62_000])
    }
}
