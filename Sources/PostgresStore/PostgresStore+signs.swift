import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func say(
        _ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { [state] db in
            guard var conversation = try state.conversation(heldBy: lease, at: now, db) else { return false }
            if kind == .progress { conversation.machine.learn(signs: try SignOfLife.all(of: lease.job, db)) }
            state.decide(&conversation) { $0.say(part, as: kind, in: lease.job) }
            try state.apply(&conversation, db)
            return true
        }
    }
}
