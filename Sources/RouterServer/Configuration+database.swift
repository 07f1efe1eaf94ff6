import PostgreSQL
import PostgresStore
import System
import WeCom

extension Configuration {
    /// Remarks on the database that the configuration names, which is asked and left as it is; none where it names a file.
    var warningsOfDatabase: [Fault] {
        get async {
            guard case .postgres(let url, _) = store.location else { return [] }
            let place = places["store.url"] ?? .file(source, line: 1, column: 1)
            return await remarks(on: url).map { Fault(place, place.isEnvironment ? $0 : "store.url: \($0)") }
        }
    }

    private func remarks(on url: Secret) async -> [String] {
        do {
            let (servers, options) = (try Servers(url.reveal()), try DatabaseOptions(store))
            return try await BlockingThreads(named: "pg check", count: 1).run {
                try servers.visit(options) { db in
                    if let refusal = try db.refusal(of: PostgresStore.schema) { return ["\(refusal)"] }
                    let lead = servers.lead + Timestamp.now.since(.steady)
                    return try DatabaseFacts(db, at: servers, clockLead: lead)
                        .warnings(on: DatabaseWay(to: servers, options))
                }
            }
        } catch {
            return [
                "no server of it can be used, and serve would wait for one: \((error as? PostgresError)?.message ?? "\(error)")"
            ]
        }
    }
}
