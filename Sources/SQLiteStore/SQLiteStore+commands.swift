import JSON
import Router
import SQLite
import System

// What people have us do from the chat, as a part of accepting it.

extension SQLiteStore.WriterState {
    /// Does what a command says, and writes what is said of it.
    mutating func carryOut(
        _ request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws {
        let result = try result(of: request, in: &conversation, db)
        let now = conversation.machine.now
        // Somebody who gives too many hears nothing of those; what they say is done all the same.
        if let limit = request.messagesPerMinute, !arrivals.admit(conversation.row, at: now, perMinute: limit) {
            return
        }
        if let part = request.answer(result) { conversation.machine.tell(part, above: conversation.retry) }
    }

    /// True if there is something that a command can be about: a job that runs or waits; for a retry, one that went wrong and
    /// none behind it.
    func hasCause(
        for command: ChatCommand, in conversation: StoredConversation, _ db: borrowing Connection
    ) throws -> Bool {
        let isBusy = conversation.machine.place != nil
        guard command == .retry else { return isBusy }
        guard !isBusy, let last = conversation.machine.lastEnded, let job = try storedJob(last, db)?.job else {
            return false
        }
        return job.state != .done && job.retriedAs == nil
    }

    private func result(
        of request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        switch request.command {
        case .new:
            try conversation.learnOpenJobs(self, db)
            return conversation.machine.beginEpoch()
        case .stop:
            try conversation.learnOpenJobs(self, db)
            return conversation.machine.stop()
        case .status: return .status(try status(of: conversation.row, db))
        case .queue: return .queue(try waitingJobs(in: conversation.row, db).map { try firstWords(of: $0.id, db) })
        case .drop(let number): return try drop(number, in: &conversation, db)
        case .retry: return try retryLast(in: &conversation, answeredAt: request.address, db)
        case .help: return .help
        }
    }

    private func drop(
        _ number: Int, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnOpenJobs(self, db)
        guard let job = conversation.machine.waitingJob(number) else { return .noSuchItem(number) }
        conversation.machine.drop(job)
        return .dropped(try firstWords(of: job.id, db))
    }

    private func retryLast(
        in conversation: inout StoredConversation, answeredAt address: ReplyAddress, _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnCount(db)
        let last = try conversation.machine.lastEnded.flatMap { try storedJob($0, db)?.job }
        switch conversation.machine.retryLast(last, answeredAt: address) {
        case .made(let job):
            conversation.retry = job
            return .retried(try last.map { try firstWords(of: $0.id, db) } ?? "")
        case .full: return .queueIsFull
        case .nothing: return .nothingToRetry
        }
    }

    // MARK: Looking

    private func waitingJobs(in conversation: Int64, _ db: borrowing Connection) throws -> [OpenJob] {
        try OpenJob.all(of: conversation, atMost: 100, db).filter { $0.state != .running }
    }

    private func status(of conversation: Int64, _ db: borrowing Connection) throws -> ConversationStatus {
        let jobs = try OpenJob.all(of: conversation, atMost: 100, db)
        let current: ConversationStatus.Current? =
            if let first = jobs.first { try self.current(first, db) } else { nil }
        let waiting = jobs.filter { $0.state != .running && $0.id != current?.job }
        return ConversationStatus(
            current: current, waiting: waiting.count,
            question: mayHaveQuestions ? try KnownQuestion.open(in: conversation, db).first?.asked.question.title : nil)
    }

    /// The job that holds the conversation: it runs, or waits for its next try.
    private func current(_ job: OpenJob, _ db: borrowing Connection) throws -> ConversationStatus.Current? {
        let words = try firstWords(of: job.id, db)
        switch job.state {
        case .running:
            let since = try db.first(
                "SELECT at FROM events WHERE job = ?1 AND what = 'running' ORDER BY n DESC LIMIT 1", job.id.number
            ) { $0.timestamp(0) }
            return .init(
                job: job.id, text: words, phase: .running(since: since ?? IdentifierSource.time(of: job.id.number)))
        case .waiting: return job.due.map { .init(job: job.id, text: words, phase: .retrying(at: $0)) }
        case .ready, .done, .failed, .cancelled: return nil
        }
    }

    private func firstWords(of job: JobID, _ db: borrowing Connection) throws -> String {
        let body = try db.first("SELECT body FROM messages WHERE job = ?1 ORDER BY n LIMIT 1", job.number) {
            $0.text(0)
        }
        let json = body.flatMap { try? JSONValue(parsing: Array($0.utf8), limits: .stored) }
        let text = json?["text"]?.string ?? ""
        return text.isEmpty ? "[\(json?["media"]?.array?.first?["kind"]?.string ?? "…")]" : text
    }
}
