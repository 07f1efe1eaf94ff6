import JSON
import PostgreSQL
import Router
import WeCom

// The members of a group: whose work a job is, which of theirs ended last, and whose own session.

extension StoredConversation {
    /// Learns which sessions a group's members have of their own: that of `member`, and the last that anybody began.
    mutating func learnOwnSessions(of member: UserID?, _ db: borrowing Connection) throws {
        let own = try db.first(
            """
            SELECT (SELECT epoch FROM members WHERE conv = $1 AND member = $2),
                (SELECT max(epoch) FROM members WHERE conv = $1)
            """, row, member?.folded
        ) { OwnSessions(of: member, epoch: $0.optionalInt64(0), last: $0.optionalInt64(1)) }
        if let own { machine.learn(own: own) }
    }

    /// The job that a retry means: the last that has ended, for somebody in a group the last of their own.
    func lastEnded(for caller: UserID?, _ db: borrowing Connection) throws -> JobID? {
        let own = try caller.flatMap { caller in
            try db.first("SELECT job FROM member_jobs WHERE conv = $1 AND member = $2", row, caller.folded) {
                JobID($0.int64(0))
            }
        }
        return own ?? machine.lastEnded
    }

    func write(epoch: Int64, of member: UserID, _ db: borrowing Connection) throws {
        try db.send(
            """
            INSERT INTO members (conv, member, epoch) VALUES ($1, $2, $3)
            ON CONFLICT (conv, member) DO UPDATE SET epoch = $3
            """, row, member.folded, epoch)
    }
}

extension OpenJob {
    /// The same with those who wrote its messages, where a command is about what is somebody's own.
    func known(to caller: UserID?, _ db: borrowing Connection) throws -> OpenJob {
        guard caller != nil else { return self }
        var job = self
        job.senders = Set(try writers(of: id, db).map(\.user))
        return job
    }
}

/// Notes for each who wrote one of these jobs, which have ended, that it is the last of theirs, unless a later one is. The jobs stand
/// with their conversations.
func noteEnds(of jobs: [JobID: Int64], _ db: borrowing Connection) throws {
    struct Member: Hashable {
        let conversation: Int64
        let id: String
    }
    var last: [Member: JobID] = [:]
    for message in try writers(of: Array(jobs.keys), db) {
        guard let conversation = jobs[message.job] else { continue }
        let member = Member(conversation: conversation, id: message.user.folded)
        last[member] = max(last[member] ?? message.job, message.job)
    }
    let rows = last.sorted { ($0.key.conversation, $0.key.id) < ($1.key.conversation, $1.key.id) }
    try db.send(
        """
        INSERT INTO member_jobs (conv, member, job) SELECT * FROM unnest($1, $2, $3) AS u (conv, member, job)
        ON CONFLICT (conv, member) DO UPDATE SET job = greatest(member_jobs.job, excluded.job)
        """, planned: .anew, Column(rows.map(\.key.conversation)), Column(rows.map(\.key.id)),
        Column(rows.map(\.value.number)))
}

/// The writer of each message of a job. Rows of before writers were written are all of conversations with one person.
///
/// Read here, and not by a function of the server's: those do not take every text that JSON may hold.
func writers(of job: JobID, _ db: borrowing Connection) throws -> [(job: JobID, n: Int64, user: UserID)] {
    try writers(of: [job], db)
}

private func writers(
    of jobs: [JobID], _ db: borrowing Connection
) throws -> [(job: JobID, n: Int64, user: UserID)] {
    try db.all(
        "SELECT job, n, body, reply_address FROM messages WHERE job = ANY ($1) ORDER BY job, n", planned: .anew,
        Column(jobs.map(\.number))
    ) { row in
        let writer = member("from", of: row.text(2)) ?? member("user", of: row.text(3))
        return (job: JobID(row.int64(0)), n: row.int64(1), user: UserID(writer ?? ""))
    }
}

private func member(_ name: String, of json: String) -> String? {
    JSONValue(storedAs: json)?[name]?.string
}

/// Takes a writer's messages out of a job. Nothing more is shown where they would have been answered.
func dropMessages(of user: UserID, from job: JobID, _ db: borrowing Connection) throws {
    for message in try writers(of: job, db) where message.user == user {
        let address = try db.first(
            "DELETE FROM messages WHERE job = $1 AND n = $2 RETURNING reply_address", job.number, message.n
        ) { $0.text(0) }
        guard let stream = address.flatMap({ ReplyAddress(storedAs: $0) })?.stream else { continue }
        try db.send("UPDATE streams SET job = NULL WHERE id = $1", stream)
    }
}
