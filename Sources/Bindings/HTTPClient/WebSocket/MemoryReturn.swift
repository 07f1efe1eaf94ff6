import System

/// The times at which memory that is free is given back to the system: to connect takes several times what a connection holds
/// afterwards, and after many connects the process would keep all of that for good.
struct MemoryReturn {
    /// The time that has to pass after the last connect.
    static let calm = Duration.seconds(2)
    /// At most so often, since it takes a while.
    static let pause = Duration.seconds(60)

    private var lastConnect: MonotonicTime?
    private var lastReturn: MonotonicTime?

    /// Something has connected, or could not.
    mutating func noteConnect(at now: MonotonicTime) { lastConnect = now }

    /// True once when it is time.
    mutating func isDue(at now: MonotonicTime) -> Bool {
        guard let connect = lastConnect, now.since(connect) >= MemoryReturn.calm else { return false }
        if let lastReturn, now.since(lastReturn) < MemoryReturn.pause { return false }
        (lastConnect, lastReturn) = (nil, now)
        return true
    }
}
