import PostgreSQL
import Router
package import System

extension PostgresStore {
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
                    // A commit of nothing but its own number.
                    try await database.write(for: .accepting) { _ in }
                }
                health.noteRecovery(from: trial)
            }
        } catch {
            health.noteFailure(error, of: tried)
        }
    }

    private func rehearse(_ submission: Submission, at now: Timestamp) async throws {
        let item = Incoming(submission, MessageColumns(of: submission), as: JobID(state.nextNumber(at: now)), at: now)
        try await database.rehearse(for: .accepting) { [state] db in _ = try state.accept([item], in: db) }
    }
}
