import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in try state.settle(lease, as: settlement, at: now, in: db) }
        }
    }
}

extension SQLiteStore.WriterState {
    mutating func settle(
        _ lease: Lease, as settlement: Settlement, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        guard case (var conversation, let job)? = try conversation(ending: lease, at: now, db) else { return false }
        if let notice = settlement.notice { try conversation.learnHeard(notice.kind, db) }
        conversation.machine.settle(job, as: settlement)
        try apply(&conversation, db)
        return true
    }
}
