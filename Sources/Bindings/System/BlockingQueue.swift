internal import CLinux

/// Hands elements to a thread that sleeps while there are none: the meeting place of async code and C calls that block.
@safe package final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    /// Signalled when as many elements wait as `gather` was told.
    private let gathered: UnsafeMutablePointer<pthread_cond_t>
    private var wanted = Int.max
    private let capacity: Int
    /// Those that wait, behind the places of those that were taken: to take one moves none of the others. A place that was
    /// taken holds nothing, so that what was handed out is not kept alive here.
    private var elements: [Element?] = []
    /// The index of the first that waits.
    private var head = 0
    private var waiting: Int { elements.count - head }
    private var isClosed = false

    /// A queue that refuses what comes when `capacity` elements wait already.
    package init(capacity: Int) {
        self.capacity = capacity
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe gathered = .allocate(capacity: 1)
        unsafe gathered.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_cond_init(gathered, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_cond_destroy(gathered)
        unsafe gathered.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// The result of offering an element.
    package enum Push: Sendable { case accepted, full, closed }

    package func push(_ element: Element) -> Push {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if waiting >= capacity { return .full }
        elements.append(element)
        unsafe pthread_cond_signal(condition)
        if waiting >= wanted { unsafe pthread_cond_signal(gathered) }
        return .accepted
    }

    /// Takes at most `max` elements that wait, sleeping while there are none; empty once the queue is closed and drained,
    /// or when `limit` has passed.
    package func pop(max: Int, waitingAtMost limit: Duration? = nil) -> [Element] {
        let until = limit.map { MonotonicTime.now.advanced(by: $0) }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while waiting == 0 && !isClosed {
            guard let until else {
                unsafe pthread_cond_wait(condition, mutex)
                continue
            }
            var moment = until.timespec
            if unsafe pthread_cond_timedwait(condition, mutex, &moment) == ETIMEDOUT { break }
        }
        return take(min(max, waiting))
    }

    /// Hands out the first, and closes the gap before the rest when it is longer than they are: each element moves once for
    /// each that was taken, at most.
    private func take(_ count: Int) -> [Element] {
        let places = head..<head + count
        let taken = elements[places].compactMap(\.self)
        if count == waiting {
            elements = []
            head = 0
            return taken
        }
        for place in places { elements[place] = nil }
        head = places.upperBound
        if head > elements.count / 2 {
            elements.removeFirst(head)
            head = 0
        }
        return taken
    }

    /// Sleeps until `count` elements wait or the queue is full or closed, `limit` at most. What comes before that wakes
    /// nobody: for the one thread of a queue that would rather take many at once.
    package func gather(_ count: Int, for limit: Duration) {
        var moment = MonotonicTime.now.advanced(by: limit).timespec
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        wanted = min(count, capacity)
        defer { wanted = .max }
        while waiting < wanted && !isClosed {
            if unsafe pthread_cond_timedwait(gathered, mutex, &moment) == ETIMEDOUT { return }
        }
    }

    /// Takes nothing more; what waits is still handed out.
    package func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_cond_broadcast(gathered)
        unsafe pthread_mutex_unlock(mutex)
    }

    package var count: Int {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return waiting
    }

    package var hasClosed: Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return isClosed
    }
}
