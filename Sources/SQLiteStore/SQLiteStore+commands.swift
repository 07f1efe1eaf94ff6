import Router
import SQLite
import System
import WeCom

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

    /// Does what a command says where what stands behind it is the answer.
    mutating func carryOutSilently(
        _ request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws {
        _ = try result(of: request, in: &conversation, db)
    }

    /// True if there is something that a command can be about.
    func hasCause(
        for request: CommandRequest, in conversation: StoredConversation, _ db: borrowing Connection
    ) throws -> Bool {
        let caller = request.caller
        var machine = conversation.machine
        guard request.command == .retry else { return machine.hasCause(for: request.command) }
        if caller != nil, machine.place != nil { machine.learn(jobs: try jobs(in: conversation.row, for: caller, db)) }
        let last = try conversation.lastEnded(for: caller, db).flatMap { try storedJob($0, db)?.job }
        return machine.hasCause(for: request.command, of: caller, retrying: last)
    }

    private func result(
        of request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        let caller = request.caller
        switch request.command {
        case .new:
            try conversation.learnOpenJobs(of: caller, self, db)
            try conversation.learnOwnSessions(of: conversation.machine.own.member, db)
            return conversation.machine.beginEpoch(for: caller)
        case .stop:
            try conversation.learnOpenJobs(of: caller, self, db)
            return conversation.machine.stop(for: caller)
        case .status: return .status(try status(of: conversation, for: caller, db))
        case .queue:
            var machine = conversation.machine
            machine.learn(jobs: try jobs(in: conversation.row, for: caller, db))
            return .queue(try machine.waitingJobs(of: caller).map { try firstWords(of: $0.id, from: caller, db) })
        case .drop(let number): return try drop(number, for: caller, in: &conversation, db)
        case .retry: return try retryLast(for: caller, in: &conversation, answeredAt: request.address, db)
        case .help: return .help
        }
    }

    private func drop(
        _ number: Int, for caller: UserID?, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnOpenJobs(of: caller, self, db)
        guard let job = conversation.machine.waitingJob(number, of: caller) else { return .noSuchItem(number) }
        let words = try firstWords(of: job.id, from: caller, db)
        conversation.machine.drop(job, for: caller)
        return .dropped(words)
    }

    private func retryLast(
        for caller: UserID?, in conversation: inout StoredConversation, answeredAt address: ReplyAddress,
        _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnCount(db)
        let last = try conversation.lastEnded(for: caller, db).flatMap { try storedJob($0, db)?.job }
        switch conversation.machine.retryLast(last, for: caller, answeredAt: address) {
        case .made(let job):
            conversation.retry = job
            return .retried(try last.map { try firstWords(of: $0.id, from: caller, db) } ?? "")
        case .full: return .queueIsFull
        case .nothing: return .nothingToRetry
        }
    }

    // MARK: Looking

    /// The open jobs, with their senders for a caller. Of very many the first.
    private func jobs(
        in conversation: Int64, for caller: UserID?, _ db: borrowing Connection
    ) throws -> [OpenJob] {
        try OpenJob.all(of: conversation, atMost: 100, db).map { try $0.known(to: caller, db) }
    }

    private func status(
        of conversation: StoredConversation, for caller: UserID?, _ db: borrowing Connection
    ) throws -> ConversationStatus {
        var machine = conversation.machine
        machine.learn(jobs: try jobs(in: conversation.row, for: caller, db))
        if mayHaveQuestions { machine.learn(questions: try KnownQuestion.open(in: conversation.row, db)) }
        let standing = machine.standing(for: caller)
        return ConversationStatus(
            standing, current: try standing.current.map { try current($0, for: caller, db) })
    }

    private func current(
        _ job: OpenJob, for caller: UserID?, _ db: borrowing Connection
    ) throws -> ConversationStatus.Current {
        let since = try db.first(
            "SELECT at FROM events WHERE job = ?1 AND what = 'running' ORDER BY n DESC LIMIT 1", job.id.number
        ) { $0.timestamp(0) }
        return ConversationStatus.Current(
            job, saying: try firstWords(of: job.id, from: caller, db), runningSince: since)
    }

    /// The words of a job's first message, or of the first that the caller wrote.
    private func firstWords(of job: JobID, from caller: UserID?, _ db: borrowing Connection) throws -> String {
        let n = try caller.flatMap { caller in try writers(of: job, db).first { $0.user == caller }?.n }
        let body = try db.first(
            "SELECT body FROM messages WHERE job = ?1 AND n >= ?2 ORDER BY n LIMIT 1", job.number, n ?? 0
        ) { $0.text(0) }
        return AcceptedMessage.firstWords(ofBody: body)
    }
}
