import JSON
import Router
import SQLite
import System

// What people have us do from the chat, as a part of accepting it.

extension SQLiteStore.WriterState {
    /// Does what a command says, and writes what is said of it.
    mutating func carryOut(
        _ wish: CommandWish, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        let result = try result(of: wish.command, in: place, at: now, db)
        // Somebody who gives too many hears nothing of those; what they say is done all the same.
        if let limit = wish.messagesPerMinute, !arrivals.admit(place.conversation, at: now, perMinute: limit) { return }
        guard let part = Part(to: wish.address, saying: wish.words(result)) else { return }
        try enqueue(part, .control, job: nil, place.conversation, place.app, at: now, in: db)
    }

    private mutating func result(
        of command: ChatCommand, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> CommandResult {
        switch command {
        case .new:
            try db.run("UPDATE conversations SET epoch = epoch + 1 WHERE conv = ?1", place.conversation)
            let open =
                try waitingJobs(in: place.conversation, db).count + (isRunning(in: place.conversation, db) ? 1 : 0)
            return .newSession(waiting: open)
        case .stop: return try stop(place, at: now, db)
        case .status: return .status(try status(of: place.conversation, db))
        case .queue: return .queue(try waitingJobs(in: place.conversation, db).map { try firstWords(of: $0, db) })
        case .drop(let number): return try drop(number, place, at: now, db)
        case .retry: return try retryLast(in: place, at: now, db)
        case .help: return .help
        }
    }

    // MARK: Stop

    private mutating func stop(
        _ place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> CommandResult {
        let waiting = try waitingJobs(in: place.conversation, db)
        for job in waiting { try cancelWaiting(job, in: place, at: now, db) }
        // One that a newer message was to stop is stopped for good: its messages go nowhere.
        let running = try db.first(
            """
            UPDATE jobs INDEXED BY jobs_open SET cancel = ?2
            WHERE conv = ?1 AND ended_at IS NULL AND state = 'running' AND (cancel IS NULL OR cancel = ?3)
            RETURNING job
            """, place.conversation, Cancellation.stopped, Cancellation.superseded
        ) { JobID($0.int64(0)) }
        if let running {
            try note(running, "told to stop", Cancellation.stopped, at: now, in: db)
            try endQuestions(of: running, as: .withdrawn, jobGoesOn: false, at: now, db)
        }
        // One that has been told already still runs until its agent has ended.
        let isRunning = try running != nil || isRunning(in: place.conversation, db)
        return .stopped(running: isRunning, waiting: waiting.count)
    }

    private mutating func cancelWaiting(
        _ job: JobID, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        try db.run(
            "UPDATE jobs SET state = 'cancelled', due_at = NULL, ended_at = ?2, reason = ?3 WHERE job = ?1", job.number,
            now, Cancellation.stopped)
        try note(job, "cancelled", Cancellation.stopped, at: now, in: db)
        for recall in try endSigns(of: job, in: place.conversation, at: now, db) {
            try enqueue(recall, .final, job: job, place.conversation, place.app, at: now, in: db)
        }
        try endQuestions(of: job, as: .withdrawn, jobGoesOn: false, at: now, db)
        try forgetCalls(about: job, db)
        try noteEnd(of: job, in: place.conversation, db)
        try passTurnOn(place.conversation, at: now, in: db)
    }

    private mutating func drop(
        _ number: Int, _ place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> CommandResult {
        let waiting = try waitingJobs(in: place.conversation, db)
        guard waiting.indices.contains(number - 1) else { return .noSuchItem(number) }
        let words = try firstWords(of: waiting[number - 1], db)
        try cancelWaiting(waiting[number - 1], in: place, at: now, db)
        return .dropped(words)
    }

    // MARK: Looking

    private func waitingJobs(in conversation: Int64, _ db: borrowing Connection) throws -> [JobID] {
        try db.all(
            """
            SELECT job FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL AND state <> 'running' ORDER BY job LIMIT 100
            """, conversation
        ) { JobID($0.int64(0)) }
    }

    private func isRunning(in conversation: Int64, _ db: borrowing Connection) throws -> Bool {
        try OpenJob.first(of: conversation, in: db)?.state == .running
    }

    private func status(of conversation: Int64, _ db: borrowing Connection) throws -> ConversationStatus {
        let waiting = try waitingJobs(in: conversation, db)
        var current: ConversationStatus.Current?
        if let first = try OpenJob.first(of: conversation, in: db) {
            let words = try firstWords(of: first.id, db)
            switch first.state {
            case .running:
                let since = try db.first(
                    "SELECT at FROM events WHERE job = ?1 AND what = 'running' ORDER BY n DESC LIMIT 1", first.id.number
                ) { $0.timestamp(0) }
                current = .init(
                    job: first.id, text: words,
                    phase: .running(since: since ?? IdentifierSource.time(of: first.id.number)))
            case .waiting where first.due != nil:
                current = .init(job: first.id, text: words, phase: .retrying(at: first.due ?? .steady))
            default: break
            }
        }
        let isFirst = waiting.first.map { $0 == current?.job } ?? false
        return ConversationStatus(
            current: current, waiting: waiting.count - (isFirst ? 1 : 0),
            question: mayHaveQuestions ? try QuestionRow.open(in: conversation, db).first?.asked.question.title : nil)
    }

    private func firstWords(of job: JobID, _ db: borrowing Connection) throws -> String {
        let body = try db.first("SELECT body FROM messages WHERE job = ?1 ORDER BY n LIMIT 1", job.number) {
            $0.text(0)
        }
        let json = body.flatMap { try? JSONValue(parsing: Array($0.utf8), limits: .stored) }
        let text = json?["text"]?.string ?? ""
        return text.isEmpty ? "[\(json?["media"]?.array?.first?["kind"]?.string ?? "…")]" : text
    }

    // MARK: Retry

    /// The last message once more, however it ended.
    private mutating func retryLast(
        in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> CommandResult {
        let last = try db.first("SELECT last_job FROM conversations WHERE conv = ?1", place.conversation) {
            $0.optionalInt64(0).map { JobID($0) }
        }
        guard let last = last.flatMap(\.self) else { return .nothingToRetry }
        if try isFull(place.conversation, in: db) { return .queueIsFull }
        guard let copy = try copy(last, into: place, at: now, db) else { return .nothingToRetry }
        try note(last, "retried", "as \(copy), as its sender wanted", at: now, in: db)
        try note(copy, "made", "a retry of \(last)", at: now, in: db)
        return .retried(try firstWords(of: copy, db))
    }
}
