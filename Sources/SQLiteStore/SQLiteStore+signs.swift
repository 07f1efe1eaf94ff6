package import Router
import SQLite
package import System

extension SQLiteStore {
    package func say(
        _ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard var conversation = try state.conversation(heldBy: lease, at: now, db) else { return false }
                if kind == .progress { conversation.machine.learn(signs: try SignOfLife.all(of: lease.job, db)) }
                conversation.machine.say(part, as: kind, in: lease.job)
                try state.apply(&conversation, db)
                return true
            }
        }
    }
}
