import Router
import SQLite
package import System

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
