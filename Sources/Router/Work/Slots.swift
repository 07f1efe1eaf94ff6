import System

/// The number that may run besides.
final class Slots: Sendable {
    private let capacity: Int
    private let free: Lock<Int>

    init(_ capacity: Int) {
        self.capacity = capacity
        free = Lock(capacity)
    }

    var available: Int { free.withLock { $0 } }
    var areAllFree: Bool { available == capacity }
    func take() { free.withLock { $0 -= 1 } }
    func giveBack() { free.withLock { $0 += 1 } }
}
