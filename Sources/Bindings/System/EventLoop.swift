internal import CLinux

/// A thread that waits on epoll and runs what becomes ready: descriptors, jobs of tasks and actors, and a slow tick.
///
/// It is an executor twice over. As a `SerialExecutor` it isolates actors, which may then keep plain state and be called
/// straight from the loop; as a `TaskExecutor` it keeps what such an actor awaits on the same thread. A job enqueued
/// on the loop's own thread costs no system call.
@safe package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private let epoll: Descriptor
    private let wakeup: Descriptor

    /// Jobs from other threads, and whether the loop has been told of them.
    private let remote = Lock(Remote())
    private struct Remote {
        var jobs: [UnownedJob] = []
        var calls: [@Sendable () -> Void] = []
        var isStopping = false
    }

    // Touched on the loop's thread only.
    private var local: [UnownedJob] = []
    private var sources: [UInt64: any EventSource] = [:]
    private var nextToken: UInt64 = 1
    private var thread: OSThread?
    private var threadID = pthread_t()

    /// The buffer of every read of this loop before its bytes are appended to their owner's, so that an idle connection
    /// holds no buffer.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    deinit { unsafe scratch.deallocate() }

    /// The longest a source waits for its `tick`.
    package static let tickInterval = Duration.milliseconds(250)

    /// Opens the loop and starts its thread, which runs until `stop`.
    package init(named name: String, rank: OSThread.Rank = .usual) throws(SystemError) {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw SystemError("epoll_create1") }
        let wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeup >= 0 else {
            close(epoll)
            throw SystemError("eventfd")
        }
        self.epoll = Descriptor(owning: epoll)
        self.wakeup = Descriptor(owning: wakeup)
        clinux_epoll_add(epoll, wakeup, CLINUX_EPOLLIN, EventLoop.wakeupToken)
        let started = BlockingQueue<Void>(capacity: 1)
        thread = OSThread(named: name, rank: rank) { [self] in
            threadID = pthread_self()
            _ = started.push(())
            run()
        }
        _ = started.pop(max: 1)
    }

    private static let wakeupToken: UInt64 = 0
    private static let roundsOfJobs = 32

    package var isCurrent: Bool { pthread_equal(pthread_self(), threadID) != 0 }

    /// Ends the loop's thread after the jobs that are enqueued by then. Sources that are left are let go.
    package func stop() {
        let isFirst = remote.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        if isFirst { wake() }
    }

    // MARK: Jobs

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
            return
        }
        let wasEmpty = remote.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        if wasEmpty { wake() }
    }

    /// Calls `body` on the loop's thread soon, from whichever thread this is: for a synchronous handler, which cannot await
    /// an actor that lives here.
    package func call(_ body: @escaping @Sendable () -> Void) {
        remote.withLock { $0.calls.append(body) }
        wake()
    }

    package func checkIsolated() { precondition(isCurrent, "called from outside the event loop's thread") }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Runs jobs and the jobs they enqueue, for so many rounds at most: tasks that keep each other busy must not keep
    /// descriptors waiting.
    private func runJobs() {
        for _ in 0..<EventLoop.roundsOfJobs {
            let (remoteJobs, calls) = remote.withLock { state in
                defer {
                    state.jobs.removeAll(keepingCapacity: true)
                    state.calls = []
                }
                return (state.jobs, state.calls)
            }
            let jobs = local + remoteJobs
            if jobs.isEmpty && calls.isEmpty { return }
            local.removeAll(keepingCapacity: true)
            for call in calls { call() }
            for job in jobs {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(),
                    taskExecutor: asUnownedTaskExecutor()
                )
            }
        }
    }

    private func wake() {
        var one: UInt64 = 1
        unsafe write(wakeup.number, &one, 8)
    }

    // MARK: Descriptors

    /// Watches a descriptor, edge-triggered: `source` hears of it when it becomes readable or writable and must then go
    /// on until it would block. Call on the loop's thread.
    func watch(_ descriptor: borrowing Descriptor, _ source: any EventSource) throws(SystemError) -> UInt64 {
        try watch(
            descriptor.number, events: CLINUX_EPOLLIN | CLINUX_EPOLLOUT | CLINUX_EPOLLRDHUP | CLINUX_EPOLLET, source)
    }

    func watch(_ number: Int32, events: UInt32, _ source: any EventSource) throws(SystemError) -> UInt64 {
        checkIsolated()
        let token = nextToken
        nextToken += 1
        guard clinux_epoll_add(epoll.number, number, events, token) == 0 else { throw SystemError("epoll_ctl") }
        sources[token] = source
        return token
    }

    func change(_ number: Int32, to events: UInt32, _ token: UInt64) {
        checkIsolated()
        clinux_epoll_modify(epoll.number, number, events, token)
    }

    /// Forgets a descriptor before it is closed. An event of it that has been fetched already is dropped.
    func unwatch(_ descriptor: borrowing Descriptor, _ token: UInt64) { unwatch(descriptor.number, token) }

    func unwatch(_ number: Int32, _ token: UInt64) {
        checkIsolated()
        clinux_epoll_remove(epoll.number, number)
        // Whoever goes with this may forget a descriptor in turn.
        let source = sources.removeValue(forKey: token)
        withExtendedLifetime(source) {}
    }

    // MARK: The loop

    private func run() {
        let capacity = 256
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: capacity)
        defer { unsafe events.deallocate() }
        unsafe events.initialize(repeating: epoll_event())
        var nextTick = MonotonicTime.now.advanced(by: EventLoop.tickInterval)
        while true {
            let sleep: Int32 = tickers.isEmpty ? -1 : milliseconds(until: nextTick)
            let timeout = local.isEmpty && nextTurn.isEmpty ? sleep : 0
            let count = unsafe epoll_wait(epoll.number, events.baseAddress!, Int32(capacity), timeout)
            for index in 0..<max(0, Int(count)) {
                unsafe dispatch(events[index])
                if !local.isEmpty { runJobs() }
            }
            runJobs()
            takeTurns()
            if !tickers.isEmpty, MonotonicTime.now >= nextTick {
                for ticker in tickers.values { ticker() }
                runJobs()
                nextTick = MonotonicTime.now.advanced(by: EventLoop.tickInterval)
            }
            if remote.withLock({ $0.isStopping && $0.jobs.isEmpty && $0.calls.isEmpty }) && local.isEmpty {
                return finish()
            }
        }
    }

    private func dispatch(_ event: epoll_event) {
        let token = unsafe withUnsafePointer(to: event) { event in unsafe clinux_epoll_token(event) }
        if token == EventLoop.wakeupToken {
            var count: UInt64 = 0
            unsafe read(wakeup.number, &count, 8)
            return
        }
        guard let source = sources[token] else { return }
        let flags = unsafe event.events
        source.ready(
            EventSet(
                readable: flags & (CLINUX_EPOLLIN | CLINUX_EPOLLRDHUP | CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0,
                writable: flags & (CLINUX_EPOLLOUT | CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0,
                ended: flags & (CLINUX_EPOLLRDHUP | CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0,
                broken: flags & (CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0
            )
        )
    }

    private func milliseconds(until moment: MonotonicTime) -> Int32 {
        Int32(max(0, min(moment.since(.now).inMilliseconds + 1, 1000)))
    }

    private func finish() {
        sources = [:]
        tickers = [:]
        nextTurn = []
        thread = nil
    }

    // MARK: Turns

    private var nextTurn: [() -> Void] = []

    /// Calls `body` once the other descriptors and jobs that are ready have had their turn.
    package func onNextTurn(_ body: @escaping () -> Void) {
        checkIsolated()
        nextTurn.append(body)
    }

    private func takeTurns() {
        let due = nextTurn
        nextTurn = []
        for body in due { body() }
        if !due.isEmpty { runJobs() }
    }

    // MARK: Ticks

    private var tickers: [UInt64: () -> Void] = [:]

    /// Calls `body` about every `tickInterval` until `stopTicking`; the loop sleeps without end while nobody asks.
    package func startTicking(_ body: @escaping () -> Void) -> UInt64 {
        checkIsolated()
        let token = nextToken
        nextToken += 1
        tickers[token] = body
        return token
    }

    package func stopTicking(_ token: UInt64) {
        checkIsolated()
        tickers[token] = nil
    }
}

/// The events that epoll reports of a descriptor.
package struct EventSet: Sendable {
    package let readable: Bool
    package let writable: Bool
    /// The other side sends nothing more; what it has sent may still be waiting.
    package let ended: Bool
    /// Neither side works any more.
    package let broken: Bool
}

/// Hears of its descriptor, on the loop's thread.
package protocol EventSource: AnyObject {
    func ready(_ events: EventSet)
}
