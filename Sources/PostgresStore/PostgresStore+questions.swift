import JSON
import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) async throws -> QuestionID? {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { [state] db in
            guard var conversation = try state.conversation(heldBy: lease, at: now, db) else { return nil }
            if let key = asked.question.key, let known = try question(of: lease.job, called: key, db) {
                return known
            }
            let isCard = try asked.style == .card && canShowCard(at: asked.address, at: now, db)
            let id = state.decide(&conversation) { $0.ask(isCard ? asked : asked.inWords, for: lease) }
            try state.apply(&conversation, db)
            return id
        }
    }

    package func endings(of questions: [QuestionID]) async throws -> [QuestionID: QuestionEnding] {
        try await database.read { db in
            try questions.reduce(into: [:]) { endings, question in
                endings[question] = try KnownQuestion.read(question, db)?.question.ending
            }
        }
    }

    package func known(_ question: QuestionID) async throws -> KnownQuestion? {
        try await database.readOnce { db in try KnownQuestion.read(question, db)?.question }
    }

    package func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns) { [state] db in
            guard let row = try KnownQuestion.read(question, db)?.conversation else { return false }
            var conversation = try state.conversation(row, at: now, db)
            // Only now is it certain that nobody else ends it.
            guard let known = try KnownQuestion.read(question, db)?.question, known.ending == nil else {
                try state.apply(&conversation, db)
                return false
            }
            conversation.machine.learn(questions: [known])
            state.decide(&conversation) { $0.end(known, as: ending) }
            try state.apply(&conversation, db)
            return true
        }
    }

    package func answers(to job: JobID) async throws -> [KeyedAnswer] {
        try await database.readOnce { db in
            try KnownQuestion.all(of: job, db).compactMap(KeyedAnswer.init)
        }
    }
}

private func question(of job: JobID, called key: String, _ db: borrowing Connection) throws -> QuestionID? {
    try db.first(
        "SELECT question FROM questions WHERE job = $1 AND key = $2", job.number, key
    ) { QuestionID($0.int64(0)) }
}

// MARK: Rows

extension KnownQuestion {
    /// Reads twelve columns: question, job, delivery, key, body, reply_address, style, state, answer, answered_by, and of the
    /// delivery state and response_code. nil where it cannot be read.
    private init?(_ row: borrowing Row) {
        self.init(
            QuestionID(row.int64(0)), of: JobID(row.int64(1)), key: row.optionalText(3), body: row.text(4),
            replyAddress: row.text(5), style: row.text(6),
            ending: QuestionEnding(
                state: row.text(7), answer: row.optionalText(8), answeredBy: row.optionalText(9)),
            delivery: DeliveryID(row.int64(2)), shown: Shown(by: row.text(10), responseCode: row.optionalText(11)))
    }

    static func read(
        _ question: QuestionID, _ db: borrowing Connection
    ) throws -> (conversation: Int64, question: KnownQuestion)? {
        try db.first(
            """
            SELECT q.question, q.job, q.delivery, q.key, q.body, q.reply_address, q.style, q.state, q.answer,
                q.answered_by, d.state, d.response_code, q.conv
            FROM questions q LEFT JOIN deliveries d ON d.delivery = q.delivery WHERE q.question = $1
            """, question.number
        ) { row in KnownQuestion(row).map { (conversation: row.int64(12), question: $0) } }.flatMap(\.self)
    }

    /// The same, unless it is another conversation's: somebody else's question is nobody's.
    static func read(
        _ question: QuestionID, in conversation: Int64, _ db: borrowing Connection
    ) throws -> KnownQuestion? {
        try read(question, db).flatMap { $0.conversation == conversation ? $0.question : nil }
    }

    static func all(of job: JobID, _ db: borrowing Connection) throws -> [KnownQuestion] {
        try db.all(
            """
            SELECT q.question, q.job, q.delivery, q.key, q.body, q.reply_address, q.style, q.state, q.answer,
                q.answered_by, d.state, d.response_code
            FROM questions q LEFT JOIN deliveries d ON d.delivery = q.delivery
            WHERE q.job = $1 ORDER BY q.question LIMIT 200
            """, job.number
        ) { KnownQuestion($0) }.compactMap(\.self)
    }

    /// Those of a conversation that nobody has answered, the oldest first.
    static func open(in conversation: Int64, _ db: borrowing Connection) throws -> [KnownQuestion] {
        try db.all(
            """
            SELECT q.question, q.job, q.delivery, q.key, q.body, q.reply_address, q.style, q.state, q.answer,
                q.answered_by, d.state, d.response_code
            FROM questions q LEFT JOIN deliveries d ON d.delivery = q.delivery
            WHERE q.conv = $1 AND q.ended_at IS NULL ORDER BY q.question LIMIT 50
            """, conversation
        ) { KnownQuestion($0) }.compactMap(\.self)
    }
}

extension WriterState {
    func insert(
        _ question: QuestionID, _ asked: AskedQuestion, of lease: Lease, in conversation: Int64,
        shownBy delivery: DeliveryID, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        try db.send(
            """
            INSERT INTO questions (question, conv, job, lease, key, body, reply_address, delivery, style, state, asked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10)
            """, question.number, conversation, lease.job.number, lease.number, asked.question.key, asked.json.text,
            asked.address.json.text, delivery.number, asked.style.word, now)
    }

    /// The conversation of a job that runs under this lease, and is not to be stopped.
    func conversation(
        heldBy lease: Lease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        guard let (conversation, job) = try conversation(running: lease, at: now, db), job.cancel == nil else {
            return nil
        }
        return conversation
    }
}
