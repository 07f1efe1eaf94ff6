import PostgreSQL
import Router
import System

extension PostgresStore {
    package var warnings: [String] { found.withLock { $0 } }

    /// A database that cannot be asked is complained of elsewhere.
    package func inspect() async {
        let (servers, lead) = (database.servers, clockLead)
        guard let facts = try? await database.read({ try DatabaseFacts($0, at: servers, clockLead: lead) }) else {
            return
        }
        found.withLock { $0 = facts.warnings(on: way, for: state.owner) }
    }
}
