import Text
import JSON
package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    package func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) async throws -> QuestionID? {
        try await database.write { [state] db in
            try state.withLock { state in
                guard let held = try heldConversation(of: lease, db) else { return nil }
                if let key = asked.question.key, let known = try question(of: lease.job, called: key, db) {
                    return known
                }
                return try state.insert(asked, of: lease, held, at: now, db)
            }
        }
    }

    package func endings(of questions: [QuestionID]) async throws -> [QuestionID: QuestionEnding] {
        try await database.read { db in
            try questions.reduce(into: [:]) { endings, question in
                endings[question] = try QuestionRow.read(question, db)?.ending
            }
        }
    }

    package func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard let row = try QuestionRow.read(question, db), row.ending == nil else { return false }
                try state.close(row, as: ending, with: nil, at: now, db)
                return true
            }
        }
    }

    package func answers(to job: JobID) async throws -> [KeyedAnswer] {
        try await database.read { db in
            try QuestionRow.all(of: job, db).compactMap { row in
                guard let key = row.asked.question.key, let ending = row.ending else { return nil }
                guard case .answered(let places, _) = ending else { return KeyedAnswer(key: key, options: nil) }
                let options = row.asked.question.options
                return KeyedAnswer(key: key, options: places.filter(options.indices.contains).map { options[$0].id })
            }
        }
    }
}

/// A question as its row has it.
struct QuestionRow {
    let id: QuestionID
    let conversation: Int64
    let job: JobID
    let delivery: DeliveryID
    let asked: AskedQuestion
    /// nil while it is open.
    let ending: QuestionEnding?

    /// nil where it cannot be read: such a question is as good as none, and must not keep its job from ending.
    private init?(_ row: borrowing Row) {
        id = QuestionID(row.int64(0))
        conversation = row.int64(1)
        job = JobID(row.int64(2))
        delivery = DeliveryID(row.int64(3))
        guard let body = try? JSONValue(parsing: Array(row.text(5).utf8), limits: .stored),
            let address = (try? JSONValue(parsing: Array(row.text(6).utf8), limits: .stored)).flatMap(
                ReplyAddress.init),
            let asked = AskedQuestion(
                json: body, key: row.optionalText(4), to: address, as: row.text(7) == "card" ? .card : .text)
        else { return nil }
        self.asked = asked
        ending =
            switch row.text(8) {
            case "open": nil
            case "answered":
                .answered(
                    (row.optionalText(9) ?? "").pieces { $0 == UInt8(ascii: ",") }.compactMap { Int($0) },
                    by: row.optionalText(10) ?? "")
            case "expired": .expired
            case "withdrawn": .withdrawn
            default: .lapsed
            }
    }

    static func read(_ question: QuestionID, _ db: borrowing Connection) throws -> QuestionRow? {
        try db.first(
            """
            SELECT question, conv, job, delivery, key, body, reply_address, style, state, answer, answered_by
            FROM questions WHERE question = ?1
            """, question.number
        ) { QuestionRow($0) }.flatMap(\.self)
    }

    static func all(of job: JobID, _ db: borrowing Connection) throws -> [QuestionRow] {
        try db.all(
            """
            SELECT question, conv, job, delivery, key, body, reply_address, style, state, answer, answered_by
            FROM questions INDEXED BY questions_job WHERE job = ?1 ORDER BY question LIMIT 200
            """, job.number
        ) { QuestionRow($0) }.compactMap(\.self)
    }

    /// Those of a conversation that nobody has answered, the oldest first.
    static func open(in conversation: Int64, _ db: borrowing Connection) throws -> [QuestionRow] {
        try db.all(
            """
            SELECT question, conv, job, delivery, key, body, reply_address, style, state, answer, answered_by
            FROM questions INDEXED BY questions_open WHERE conv = ?1 AND ended_at IS NULL ORDER BY question LIMIT 50
            """, conversation
        ) { QuestionRow($0) }.compactMap(\.self)
    }
}

private func question(of job: JobID, called key: String, _ db: borrowing Connection) throws -> QuestionID? {
    try db.first(
        "SELECT question FROM questions INDEXED BY questions_job WHERE job = ?1 AND key = ?2", job.number, key
    ) { QuestionID($0.int64(0)) }
}

// MARK: Asking and ending

extension SQLiteStore.WriterState {
    fileprivate mutating func insert(
        _ asked: AskedQuestion, of lease: Lease, _ held: (conversation: Int64, app: Int64), at now: Timestamp,
        _ db: borrowing Connection
    ) throws -> QuestionID {
        let id = QuestionID(identifiers.next(at: now))
        let delivery = try enqueue(
            asked.part(id, as: asked.style), .control, job: lease.job, held.conversation, held.app, at: now, in: db)
        try db.run(
            """
            INSERT INTO questions (question, conv, job, lease, key, body, reply_address, delivery, style, state, asked_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10)
            """, id.number, held.conversation, lease.job.number, lease.number, asked.question.key, asked.json.text,
            asked.address.json.text, delivery.number, asked.style == .card ? "card" : "text", now)
        try note(lease.job, "asked", asked.question.title, at: now, in: db)
        mayHaveQuestions = true
        return id
    }

    /// Ends an open question, and shows that: on the card, with the code that came with a click or that WeCom gave for the
    /// card when it was sent; of a text it is said, unless somebody has answered.
    mutating func close(
        _ row: QuestionRow, as ending: QuestionEnding, with responseCode: String?, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        var answer: (places: String, user: String)?
        if case .answered(let places, let user) = ending {
            answer = (places.map(String.init).joined(separator: ","), user)
        }
        try db.run(
            "UPDATE questions SET state = ?2, answer = ?3, answered_by = ?4, ended_at = ?5 WHERE question = ?1",
            row.id.number, ending.state, answer?.places, answer?.user, now)
        try note(row.job, "question \(ending.state)", row.asked.words(for: ending), at: now, in: db)
        if try dropUnsent(row.delivery, in: row.conversation, at: now, db) { return }
        guard let app = try appRow(of: row.conversation, db) else { return }
        switch row.asked.style {
        case .card:
            let code = try responseCode ?? self.responseCode(of: row.delivery, db)
            guard let code, let update = row.asked.update(showing: ending, with: code) else { return }
            try enqueue(update, .control, job: row.job, row.conversation, app, at: now, in: db)
        case .text:
            let isNews = ending == .expired || ending == .lapsed
            guard isNews, let part = Part(to: row.asked.address, saying: row.asked.lateWords(after: ending)) else {
                return
            }
            try enqueue(part, .control, job: row.job, row.conversation, app, at: now, in: db)
        }
    }

    /// Nobody is there any more to hear the answers to a job's questions. One that its agent asks again by its name stays
    /// open while the job may go on.
    mutating func endQuestions(
        of job: JobID, as ending: QuestionEnding, jobGoesOn: Bool, afterCrash: Bool = false, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        guard mayHaveQuestions else { return }
        for row in try QuestionRow.all(of: job, db) where row.ending == nil {
            let isAskedAgain = row.asked.question.key.map {
                !(afterCrash && $0.begins(with: CrashRecovery.questionKey))
            }
            if jobGoesOn, isAskedAgain == true { continue }
            try close(row, as: ending, with: nil, at: now, db)
        }
        if jobGoesOn { return }
        // What is left are rows that nobody can read.
        try db.run(
            """
            UPDATE questions INDEXED BY questions_job SET state = 'lapsed', ended_at = ?2
            WHERE job = ?1 AND ended_at IS NULL
            """, job.number, now)
    }

    /// A card that was on its way when its question ended shows that now.
    mutating func showEnding(
        ofQuestionIn delivery: DeliveryID, _ job: JobID, at now: Timestamp, _ db: borrowing Connection
    )
        throws
    {
        guard let row = try QuestionRow.all(of: job, db).first(where: { $0.delivery == delivery }),
            let ending = row.ending, let code = try responseCode(of: delivery, db),
            let update = row.asked.update(showing: ending, with: code), let app = try appRow(of: row.conversation, db)
        else { return }
        try enqueue(update, .control, job: job, row.conversation, app, at: now, in: db)
    }

    /// A card that WeCom would not take is put as a text.
    mutating func askInWords(
        insteadOf delivery: DeliveryID, _ job: JobID, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        guard mayHaveQuestions,
            let row = try QuestionRow.all(of: job, db).first(where: { $0.delivery == delivery && $0.ending == nil }),
            row.asked.style == .card, let app = try appRow(of: row.conversation, db)
        else { return }
        let words = try enqueue(
            row.asked.part(row.id, as: .text), .control, job: job, row.conversation, app, at: now, in: db)
        try db.run(
            "UPDATE questions SET delivery = ?2, style = 'text' WHERE question = ?1", row.id.number, words.number)
    }

    private func dropUnsent(
        _ delivery: DeliveryID, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws -> Bool {
        let dropped = try db.run(
            """
            UPDATE deliveries SET state = 'dropped', ended_at = ?2, reason = 'overtaken'
            WHERE delivery = ?1 AND state = 'pending'
            """, delivery.number, now)
        guard dropped > 0 else { return false }
        try db.run("UPDATE outbox SET turn = 1, at = ?2 WHERE conv = ?1 AND turn = 2", conversation, now)
        return true
    }

    private func responseCode(of delivery: DeliveryID, _ db: borrowing Connection) throws -> String? {
        try db.first("SELECT response_code FROM deliveries WHERE delivery = ?1 AND state = 'sent'", delivery.number) {
            $0.optionalText(0)
        }.flatMap(\.self)
    }

    func appRow(of conversation: Int64, _ db: borrowing Connection) throws -> Int64? {
        try db.first("SELECT app FROM conversations WHERE conv = ?1", conversation) { $0.int64(0) }
    }
}

// MARK: Answering

extension SQLiteStore.WriterState {
    /// What a click on one of our cards comes to. Somebody else's question is nobody's.
    mutating func answer(
        _ click: QuestionClick, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> Effect {
        guard let row = try QuestionRow.read(click.question, db), row.conversation == place.conversation,
            row.asked.question.options.indices.contains(click.place)
        else { return .nothing(.counted) }
        if let ending = row.ending {
            try tellLate(row, ending, click, at: now, db)
        } else {
            try close(row, as: .answered([click.place], by: click.user.text), with: click.responseCode, at: now, db)
        }
        return .answer(row.id)
    }

    private mutating func tellLate(
        _ row: QuestionRow, _ ending: QuestionEnding, _ click: QuestionClick, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        guard let app = try appRow(of: row.conversation, db) else { return }
        if let code = click.responseCode, let update = row.asked.update(showing: ending, with: code) {
            try enqueue(update, .control, job: row.job, row.conversation, app, at: now, in: db)
        }
        if let part = Part(to: row.asked.address, saying: row.asked.lateWords(after: ending)) {
            try enqueue(part, .control, job: nil, row.conversation, app, at: now, in: db)
        }
    }

    /// The question that a text answers, by number or by word; nil for a text that is none of its options.
    mutating func answer(
        with text: String, from user: UserID, in conversation: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws -> Effect? {
        guard mayHaveQuestions, text.utf8.count <= AskedQuestion.longestChoice else { return nil }
        for row in try QuestionRow.open(in: conversation, db) {
            guard let places = row.asked.choice(in: text) else { continue }
            try close(row, as: .answered(places, by: user.text), with: nil, at: now, db)
            return .answer(row.id)
        }
        return nil
    }
}

extension AskedQuestion {
    /// Greys the buttons out, with how it ended on them; nil where that is not to be said.
    fileprivate func update(showing ending: QuestionEnding, with responseCode: String) -> Part? {
        let words = words(for: ending)
        guard !words.isEmpty, case .user(let user) = address else { return nil }
        return Part(
            to: address,
            .cardUpdate(
                CardUpdate(
                    to: .user(user), responseCode: responseCode,
                    .button(replaceName: words.cut(toCharacters: 30, bytes: 120)))))
    }
}

extension QuestionEnding {
    /// As a row has it.
    fileprivate var state: String {
        switch self {
        case .answered: "answered"
        case .expired: "expired"
        case .withdrawn: "withdrawn"
        case .lapsed: "lapsed"
        }
    }
}

/// The conversation of a job that runs under this lease, and is not to be stopped.
func heldConversation(of lease: Lease, _ db: borrowing Connection) throws -> (conversation: Int64, app: Int64)? {
    try db.first(
        """
        SELECT j.conv, q.app FROM jobs j CROSS JOIN queue q ON q.conv = j.conv
        WHERE j.job = ?1 AND j.lease = ?2 AND j.state = 'running' AND j.cancel IS NULL
        """, lease.job.number, lease.number
    ) { (conversation: $0.int64(0), app: $0.int64(1)) }
}
