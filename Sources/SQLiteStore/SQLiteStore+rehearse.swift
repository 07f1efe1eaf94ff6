import Crypto
import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    /// Tries whether messages can be accepted, by the very statements, and takes back what they did. What failed last is tried
    /// once more, and a disk that refused has to take a commit; a success ends the complaint.
    package func rehearse(at now: Timestamp) async {
        let trial = health.trial
        let submissions = Submission.rehearsals(to: apps.first, at: now) + [trial?.submission].compactMap(\.self)
        var tried: Submission?
        do {
            for submission in submissions {
                tried = submission
                try await rehearse(submission, at: now)
            }
            if let trial {
                if trial.needsCommit {
                    // A message may need more than what fits now.
                    guard !isFull(diskOf: path) else { return }
                    try await database.proveWritable()
                }
                health.noteRecovery(from: trial)
            }
        } catch {
            health.noteFailure(error, of: tried)
        }
    }

    private func rehearse(_ submission: Submission, at now: Timestamp) async throws {
        let columns = MessageColumns(of: submission)
        try await database.rehearse { [state] db in
            // A copy: what a message leaves in memory is taken back, too.
            var copy = state.withLock { $0 }
            copy.report = { _, _ in }
            _ = try copy.accept(submission, columns, at: now, in: db)
        }
    }
}

extension Submission {
    /// A message that becomes a job and one that is answered with a notice, of somebody whom no corp knows.
    fileprivate static func rehearsals(to app: Endpoint?, at now: Timestamp) -> [Submission] {
        guard let app else { return [] }
        let user = UserID("rehearsal of wecom-router")
        let notice = Notice(.tooMuch, Part(to: .user(user), saying: "rehearsal"))
        let message = AcceptedMessage(
            from: user, text: "rehearsal", messageID: "0", sentAt: now, replyAddress: .user(user))
        let requests: [Request] = [.job(JobRequest(message, refusal: notice)), .notice(notice)]
        return requests.enumerated().map { number, request in
            Submission(
                key: DedupKey(stamp: now.seconds, digest: Array(sha256(Array("rehearsal \(number)".utf8)).prefix(16))),
                conversation: ConversationKey(endpoint: app, user: user), request)
        }
    }
}
