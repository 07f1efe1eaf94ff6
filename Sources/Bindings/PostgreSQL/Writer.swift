internal import Lifecycle
internal import System

/// A thread that writes: what has gathered for its task goes into one transaction, and is answered when that is durable.
///
/// It never waits for more to come. While one commit is on its way the next batch gathers by itself.
final class Writer: Sendable {
    private let attendant: Attendant
    private let requests: BlockingQueue<any Request>
    private let statistics: Lock<DatabaseStatistics>
    private let lock: @Sendable ([Subject], borrowing Connection) throws -> Void

    /// A transaction that others get in the way of is tried so often at the most.
    private static let mostTries = 6

    init(
        _ attendant: Attendant, _ requests: BlockingQueue<any Request>, statistics: Lock<DatabaseStatistics>,
        lock: @escaping @Sendable ([Subject], borrowing Connection) throws -> Void
    ) {
        self.attendant = attendant
        self.requests = requests
        self.statistics = statistics
        self.lock = lock
    }

    /// Serves until the queue is closed and drained.
    func run() {
        while true {
            let batch = requests.pop(max: attendant.options.batch)
            if batch.isEmpty { return attendant.drop() }
            for group in groups(of: batch) { carryOut(group) }
        }
    }

    /// Those that share a transaction: what is gathered, and the bodies that say what they are about.
    private func groups(of batch: [any Request]) -> [[any Request]] {
        var (gathered, about, alone): ([ObjectIdentifier: [any Request]], [any Request], [[any Request]]) = (
            [:], [], []
        )
        for request in batch {
            if let gathering = request.gathering {
                gathered[ObjectIdentifier(gathering), default: []].append(request)
            } else if request.subject != nil {
                about.append(request)
            } else {
                alone.append([request])
            }
        }
        about.sort { a, b in a.subject.flatMap { a in b.subject.map { a < $0 } } ?? false }
        return alone + (about.isEmpty ? [] : [about]) + gathered.values
    }

    /// Has a group's transaction done and answers it, however often that takes.
    private func carryOut(_ group: [any Request]) {
        var tries = 0
        while true {
            tries += 1
            switch verdict(on: attempt(group), of: group, after: tries) {
            case .over(let failure):
                for request in group { request.answer(failure: failure) }
                return
            case .apart:
                for request in group { carryOut([request]) }
                return
            case .again:
                statistics.withLock { $0.repeats += 1 }
            }
        }
    }

    private enum Verdict {
        case over((any Error)?)
        /// One of them fails, and is not to take the others with it.
        case apart
        case again
    }

    private func verdict(on failure: (any Error)?, of group: [any Request], after tries: Int) -> Verdict {
        guard let failure else { return .over(nil) }
        guard let error = failure as? PostgresError else { return group.count > 1 ? .apart : .over(failure) }
        let isInTime = group.allSatisfy { $0.deadline > .now }
        switch error.kind {
        case .again where isInTime && tries < Writer.mostTries:
            // Those who got in each other's way do not meet again at once.
            if tries > 1 { attendant.pause(.milliseconds(Int64.random(in: 1...(10 << min(tries, 4))))) }
            return .again
        case .disconnected, .sick, .late: return isInTime ? .again : .over(error)
        case .again, .mistaken: return group.count > 1 && isInTime ? .apart : .over(error)
        case .ambiguous, .full, .refused: return .over(error)
        }
    }

    /// One transaction around all of them; the error that undid it.
    private func attempt(_ group: [any Request]) -> (any Error)? {
        let deadline = group.map(\.deadline).min() ?? .now
        do {
            let link = try attendant.link(until: deadline)
            return transact(group, on: link, until: deadline)
        } catch {
            return error
        }
    }

    private func transact(
        _ group: [any Request], on link: Attendant.Link, until deadline: MonotonicTime
    ) -> (any Error)? {
        if let request = group.first, request.isRepeatable { return carryOutPlainly(request, on: link) }
        do {
            try link.connection.begin(attendant.options.isolation, attendant.options.settingsOfTransaction)
            try perform(group, on: link.connection)
            link.mark.advance()
            let start = MonotonicTime.now
            try link.connection.commit(link.mark)
            note(group, took: MonotonicTime.now.since(start))
            return nil
        } catch let error as PostgresError where error.kind == .ambiguous {
            attendant.drop()
            return becameOf(link.mark, until: deadline, error)
        } catch {
            link.connection.rollBack()
            if !(error is Rehearsed) { statistics.withLock { $0.failedBatches += 1 } }
            return error
        }
    }

    /// Does what needs no transaction of ours around it. An end of which nobody knows whether it was one is no end: it is done again.
    private func carryOutPlainly(_ request: any Request, on link: Attendant.Link) -> (any Error)? {
        let start = MonotonicTime.now
        link.connection.notices.forget()
        do {
            try request.perform(on: link.connection)
            try link.connection.settle()
        } catch {
            link.connection.rollBack()
            guard let error = error as? PostgresError, error.kind == .ambiguous else { return error }
            return PostgresError(.again, code: error.code, message: error.message, sql: error.sql)
        }
        if link.connection.notices.hasDoubtfulCommit {
            return PostgresError(.again, code: "01000", message: "the server waits no longer for its standby")
        }
        note([request], took: MonotonicTime.now.since(start))
        return nil
    }

    private func perform(_ group: [any Request], on connection: borrowing Connection) throws {
        if let first = group.first, first.gathering != nil { return try first.perform(with: group, on: connection) }
        let subjects = group.compactMap(\.subject)
        if !subjects.isEmpty { try lock(subjects, connection) }
        for request in group { try request.perform(on: connection) }
    }

    /// Finds out whether a commit was done whose answer was lost; nil if it was.
    private func becameOf(_ mark: CommitMark, until deadline: MonotonicTime, _ lost: PostgresError) -> (any Error)? {
        statistics.withLock { $0.ambiguous += 1 }
        while deadline > .now {
            do {
                let link = try attendant.link(until: deadline)
                if try link.connection.hasCommitted(mark, attendant.options.settingsOfTransaction) { return nil }
                return PostgresError(
                    .again, code: lost.code, message: "a commit was lost: \(lost.message)", sql: lost.sql)
            } catch {
                attendant.drop()
                guard attendant.pause(.milliseconds(20)) else { return lost }
            }
        }
        return lost
    }

    private func note(_ group: [any Request], took duration: Duration) {
        statistics.withLock {
            $0.batches += 1
            $0.bodies += group.count
            $0.longestCommit = max($0.longestCommit, duration)
        }
    }
}
