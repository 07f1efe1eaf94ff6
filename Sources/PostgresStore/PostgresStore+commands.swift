import PostgreSQL
import Router
import System
import WeCom

// What people have us do from the chat, as a part of accepting it.

extension WriterState {
    /// Does what a command says, and writes what is said of it.
    func carryOut(
        _ request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws {
        let result = try result(of: request, in: &conversation, db)
        let now = conversation.machine.now
        // Somebody who gives too many hears nothing of those; what they say is done all the same.
        if let limit = request.messagesPerMinute, !admits(conversation.row, at: now, perMinute: limit) {
            return
        }
        if let part = request.answer(result) {
            let retry = conversation.retry
            decide(&conversation) { $0.tell(part, above: retry) }
        }
    }

    /// Does what a command says where what stands behind it is the answer.
    func carryOutSilently(
        _ request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws {
        _ = try result(of: request, in: &conversation, db)
    }

    /// True if there is something that a command can be about: a job that runs or waits; for a retry, one of the caller's that went
    /// wrong and none behind it.
    func hasCause(
        for request: CommandRequest, in conversation: StoredConversation, _ db: borrowing Connection
    ) throws -> Bool {
        let isBusy = conversation.machine.place != nil
        guard request.command == .retry else { return isBusy }
        guard try !isBusy || !isOpen(anyOf: request.caller, in: conversation, db),
            let last = try conversation.lastEnded(for: request.caller, db), let job = try storedJob(last, db)?.job
        else { return false }
        return job.state != .done && job.retriedAs == nil && job.isWhole(of: request.caller)
    }

    /// True if a job of the caller's is open; of any for none.
    private func isOpen(
        anyOf caller: UserID?, in conversation: StoredConversation, _ db: borrowing Connection
    ) throws -> Bool {
        try caller == nil || !jobs(in: conversation.row, for: caller, db).isEmpty
    }

    private func result(
        of request: CommandRequest, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        let caller = request.caller
        switch request.command {
        case .new:
            try conversation.learnOpenJobs(of: caller, db)
            try conversation.learnOwnSessions(of: conversation.machine.own.member, db)
            return decide(&conversation) { $0.beginEpoch(for: caller) }
        case .stop:
            try conversation.learnOpenJobs(of: caller, db)
            return decide(&conversation) { $0.stop(for: caller) }
        case .status: return .status(try status(of: conversation.row, for: caller, db))
        case .queue:
            let waiting = try jobs(in: conversation.row, for: caller, db).filter { $0.state != .running }
            return .queue(try waiting.map { try firstWords(of: $0.id, from: caller, db) })
        case .drop(let number): return try drop(number, for: caller, in: &conversation, db)
        case .retry: return try retryLast(for: caller, in: &conversation, answeredAt: request.address, db)
        case .help: return .help
        }
    }

    private func drop(
        _ number: Int, for caller: UserID?, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnOpenJobs(of: caller, db)
        guard let job = conversation.machine.waitingJob(number, of: caller) else { return .noSuchItem(number) }
        let words = try firstWords(of: job.id, from: caller, db)
        decide(&conversation) { $0.drop(job, for: caller) }
        return .dropped(words)
    }

    private func retryLast(
        for caller: UserID?, in conversation: inout StoredConversation, answeredAt address: ReplyAddress,
        _ db: borrowing Connection
    ) throws -> CommandResult {
        try conversation.learnCount(db)
        let last = try conversation.lastEnded(for: caller, db).flatMap { try storedJob($0, db)?.job }
        switch decide(&conversation, { $0.retryLast(last, for: caller, answeredAt: address) }) {
        case .made(let job):
            conversation.retry = job
            return .retried(try last.map { try firstWords(of: $0.id, from: caller, db) } ?? "")
        case .full: return .queueIsFull
        case .nothing: return .nothingToRetry
        }
    }

    // MARK: Looking

    /// The open jobs that are the caller's own, all for none.
    private func jobs(
        in conversation: Int64, for caller: UserID?, _ db: borrowing Connection
    ) throws -> [OpenJob] {
        try OpenJob.all(of: conversation, atMost: 100, db).map { try $0.known(to: caller, db) }
            .filter { $0.share(of: caller) != .none }
    }

    private func status(
        of conversation: Int64, for caller: UserID?, _ db: borrowing Connection
    ) throws -> ConversationStatus {
        let jobs = try jobs(in: conversation, for: caller, db)
        let first = try OpenJob.all(of: conversation, atMost: 1, db).first
        let isOwn = jobs.first?.id == first?.id
        let current = isOwn ? try first.flatMap { try self.current($0, for: caller, db) } : nil
        let waiting = jobs.filter { $0.state != .running && $0.id != current?.job }
        let question = try KnownQuestion.open(in: conversation, db).first { question in
            jobs.contains { $0.id == question.job }
        }
        return ConversationStatus(
            current: current, isOthers: !isOwn, waiting: waiting.count,
            question: question?.asked.question.title)
    }

    /// The job that holds the conversation: it runs, or waits for its next try.
    private func current(
        _ job: OpenJob, for caller: UserID?, _ db: borrowing Connection
    ) throws -> ConversationStatus.Current? {
        let words = try firstWords(of: job.id, from: caller, db)
        switch job.state {
        case .running:
            let since = try db.first(
                "SELECT at FROM events WHERE job = $1 AND what = 'running' ORDER BY n DESC LIMIT 1", job.id.number
            ) { $0.timestamp(0) }
            return .init(
                job: job.id, text: words, phase: .running(since: since ?? IdentifierSource.time(of: job.id.number)),
                progress: try progress(of: job.id, db))
        case .waiting: return job.due.map { .init(job: job.id, text: words, phase: .retrying(at: $0)) }
        case .ready, .done, .failed, .cancelled: return nil
        }
    }

    /// The words of a job's first message, or of the first that the caller wrote.
    private func firstWords(of job: JobID, from caller: UserID?, _ db: borrowing Connection) throws -> String {
        let n = try caller.flatMap { caller in try writers(of: job, db).first { $0.user == caller }?.n }
        let body = try db.first(
            "SELECT body FROM messages WHERE job = $1 AND n >= $2 ORDER BY n LIMIT 1", job.number, n ?? 0
        ) { $0.text(0) }
        return AcceptedMessage.firstWords(ofBody: body)
    }
}
