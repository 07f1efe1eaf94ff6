internal import System

/// A database that several processes share, with a few connections for each task, each with a thread of its own.
///
/// Async callers hand in a closure and get its value back; nothing of it runs on the concurrency pool. A closure may run more than
/// once: what it did before was undone then.
package final class Database: Sendable {
    private let queues: [Purpose: BlockingQueue<any Request>]
    private let attendants: [Attendant]
    private let threads: [OSThread]
    private let opening: Opening
    private let hints: Hints?
    private let options: DatabaseOptions
    private let figures: Lock<DatabaseStatistics>
    package let servers: Servers

    /// Opens the database, brings it up to `schema`, and runs `prepare` in a transaction before all others. Where no server can be
    /// reached all this is done as soon as one can; until then every body gets the error. `lock` takes the locks of a transaction's
    /// bodies, before any of them runs. `heard` is told the hints of other processes, or with no word that some may have been lost.
    /// Blocks: for the start of a program.
    package init(
        at servers: Servers, schema: Schema, options: DatabaseOptions = DatabaseOptions(),
        lock: @escaping @Sendable ([Subject], borrowing Connection) throws -> Void = { _, _ in },
        prepare: @escaping @Sendable (borrowing Connection) throws -> Void = { _ in },
        heard: @escaping @Sendable (_ hint: String) -> Void = { _ in }
    ) throws {
        let opening = Opening(
            Attendant(servers, options, named: "open", leavingMarks: false), schema: schema, prepare: prepare)
        try opening.attempt(for: options.startPatience)
        let figures = Lock(DatabaseStatistics())
        var (queues, attendants, threads): ([Purpose: BlockingQueue<any Request>], [Attendant], [OSThread]) = (
            [:], [], []
        )
        for purpose in Purpose.allCases {
            let queue = BlockingQueue<any Request>(capacity: options.waiting)
            queues[purpose] = queue
            for number in 1...max(1, options.connections[purpose] ?? 1) {
                let name = "\(purpose.rawValue) \(number)"
                let attendant = Attendant(servers, options, named: name, leavingMarks: purpose != .reading)
                attendants.append(attendant)
                threads.append(
                    OSThread(named: "pg \(name)") {
                        switch purpose {
                        case .reading: Reader(attendant, queue).run()
                        case .accepting, .turns, .sending, .leases:
                            Writer(attendant, queue, statistics: figures, lock: lock).run()
                        }
                    })
            }
        }
        let hints = options.hears ? options.channel.map { Hints(servers, options, on: $0, heard: heard) } : nil
        if let hints { threads.append(OSThread(named: "pg hints") { hints.run() }) }
        if opening.failure != nil { threads.append(OSThread(named: "pg open") { opening.persist() }) }
        (self.queues, self.attendants, self.threads) = (queues, attendants, threads)
        (self.opening, self.hints, self.options, self.figures) = (opening, hints, options, figures)
        self.servers = servers
    }

    deinit { refuseMore() }

    /// Runs `body` in a transaction and returns when that is durable. A body that throws undoes what it did and nothing else. It may
    /// share its transaction with others that say what they are about, and must neither begin nor end one. Cancelling the caller's
    /// task does not take it back.
    package func write<Value: Sendable>(
        for purpose: Purpose, about subject: Subject? = nil,
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        let deadline = deadline(for: purpose)
        return try await hand(to: purpose) { PendingRequest(body, about: subject, until: deadline, for: $0) }
    }

    /// Does as `write` does, for an item of those that are worked on together.
    package func write<Item: Sendable, Value: Sendable>(
        _ item: Item, with all: Gathering<Item, Value>, for purpose: Purpose
    ) async throws -> Value {
        let deadline = deadline(for: purpose)
        return try await hand(to: purpose) { GatheredRequest(item, of: all, until: deadline, for: $0) }
    }

    /// Runs `body` without a transaction of ours around it: in one round trip, if it hears nothing before it has sent all. It must do
    /// no harm when it is done twice.
    package func repeatably<Value: Sendable>(
        for purpose: Purpose, _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        let deadline = deadline(for: purpose)
        return try await hand(to: purpose) {
            PendingRequest(body, about: nil, isRepeatable: true, until: deadline, for: $0)
        }
    }

    /// Runs `body` as `write` would and takes back what it did: nothing is written.
    package func rehearse(
        for purpose: Purpose, _ body: @escaping @Sendable (borrowing Connection) throws -> Void
    ) async throws {
        do {
            try await write(for: purpose) { connection in
                try body(connection)
                try connection.settle()
                throw Rehearsed()
            }
        } catch is Rehearsed {}
    }

    /// Runs `body` on one state of what was committed.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await write(for: .reading, body)
    }

    /// Runs a body of one statement, which sees one state of what was committed by itself: in one round trip where `read` takes two.
    package func readOnce<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value
    ) async throws -> Value {
        try await repeatably(for: .reading, body)
    }

    /// Tells other processes, soon, that there may be something to do.
    package func hint(_ word: String) { hints?.give(word) }

    /// The reason why the database could not be opened yet; nil once it is open.
    package var openingFailure: (any Error)? { opening.failure }

    /// True if other processes are heard as soon as they say something.
    package var hearsHints: Bool { hints != nil }

    package var statistics: DatabaseStatistics {
        var statistics = figures.withLock { $0 }
        for (purpose, queue) in queues {
            if purpose == .reading {
                statistics.waitingReads = queue.count
            } else {
                statistics.waitingWrites += queue.count
            }
        }
        return statistics
    }

    /// Takes nothing more, finishes what waits, and lets go of all connections. To be called before the last reference goes: only this
    /// waits for the threads.
    package func close() async {
        refuseMore()
        await BlockingThreads(named: "pg close", count: 1).run { [threads] in for thread in threads { thread.join() } }
    }

    private func refuseMore() {
        for queue in queues.values { queue.close() }
        for attendant in attendants { attendant.stop() }
        hints?.stop()
        opening.giveUp()
    }

    private func deadline(for purpose: Purpose) -> MonotonicTime { .now.advanced(by: options.patience(for: purpose)) }

    /// Queues a request and waits for its value.
    private func hand<Value: Sendable>(
        to purpose: Purpose, _ request: (CheckedContinuation<Value, any Error>) -> any Request
    ) async throws -> Value {
        if let failure = opening.failure { throw failure }
        guard let queue = queues[purpose] else { throw DatabaseUnavailable.closed }
        return try await withCheckedThrowingContinuation { caller in
            switch queue.push(request(caller)) {
            case .accepted: break
            case .full: caller.resume(throwing: DatabaseUnavailable.full)
            case .closed: caller.resume(throwing: DatabaseUnavailable.closed)
            }
        }
    }
}
