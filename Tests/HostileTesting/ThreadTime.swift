import Glibc
package import Testing

/// The time that the calling thread has spent computing: what else the machine does is not in it.
private func threadTime() -> Duration {
    var time = timespec()
    let failure = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(failure == 0, "every Linux has a clock for each thread")
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Runs what must cost in proportion to its input: at most so many microseconds for each byte, which is several times what it
/// does cost in a debug build. What is quadratic costs more: half a megabyte of half flags takes Swift's own search 7 s, and of
/// accents of two classes its comparison 16 s. So each is measured by itself.
package func expectWork(
    of bytes: Int, microsecondsPerByte: Double, _ what: String, _ body: () throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
) rethrows {
    let before = threadTime()
    try body()
    let cost = threadTime() - before
    // What a cold start costs counts for nothing.
    let allowed = Duration.milliseconds(100) + .microseconds(Double(bytes) * microsecondsPerByte)
    #expect(cost <= allowed, "\(what): \(bytes) bytes took \(cost)", sourceLocation: sourceLocation)
}
