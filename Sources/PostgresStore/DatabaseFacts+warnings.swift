import PostgreSQL
import Router
import System

extension DatabaseFacts {
    /// Lists what is not as it should be, each with what to do about it, for the process that is `owner`; a command is none, and names none.
    package func warnings(on way: DatabaseWay, for owner: String? = nil) -> [String] {
        durability + company + connections(on: way) + clocks(besides: owner) + configurations
    }

    // MARK: What a commit is worth

    private var durability: [String] {
        var warnings: [String] = []
        if version < 150_000 {
            warnings.append(
                "the server is PostgreSQL \(version / 10_000): the router is tested with 15 and newer; use one of those"
            )
        }
        if synchronousStandbys.isEmpty {
            warnings.append(
                "synchronous_standby_names is empty: what WeCom was told is received goes with the primary's disk; "
                    + "have a standby confirm each commit")
        }
        if ["off", "local", "remote_write"].contains(synchronousCommit) {
            warnings.append(
                "synchronous_commit is \(synchronousCommit): what WeCom was told is received may be lost when a server "
                    + "dies; set it to on for this database")
        }
        if !syncs { warnings.append("fsync is off: a crash may leave nothing of the database; set it to on") }
        if !writesFullPages {
            warnings.append("full_page_writes is off: a crash may damage the database; set it to on")
        }
        return warnings
    }

    // MARK: Who else is there

    private var company: [String] {
        var warnings: [String] = []
        if !otherSchemas.isEmpty {
            warnings.append(
                "the database is shared, with \(otherSchemas.joined(separator: ", ")): a transaction that somebody leaves "
                    + "open there slows every claim; give the router a database of its own")
        }
        if let oldestSnapshot {
            warnings.append(
                "process \(oldestSnapshot.process) of the server has had a transaction open for "
                    + "\(oldestSnapshot.age.components.seconds) s: nothing that was deleted since is cleared away; end it, "
                    + "with SELECT pg_terminate_backend(\(oldestSnapshot.process)) if need be")
        }
        return warnings
    }

    // MARK: The way there

    private func connections(on way: DatabaseWay) -> [String] {
        var warnings: [String] = []
        let needed = 2 * max(1, nodes.count) * way.connections
        if needed > mostConnections, way.pooler != .transaction {
            warnings.append(
                "max_connections leaves \(mostConnections), and \(max(1, nodes.count)) nodes with \(way.connections) each "
                    + "need \(needed) while they are replaced: raise it, or lower store.pool")
        }
        if !way.unverified.isEmpty {
            warnings.append(
                "sslmode is \(way.sslMode) for \(way.unverified.joined(separator: ", ")): whoever answers there is taken "
                    + "for the database; set sslmode=verify-full and sslrootcert")
        }
        if let remark = remark(on: way) { warnings.append(remark) }
        return warnings
    }

    private func remark(on way: DatabaseWay) -> String? {
        switch (way.pooler, isPooled) {
        case (.transaction, _) where !way.hears:
            "store.pooler is transaction and there is no store.listen_url: nodes do not hear each other, and find within "
                + "two seconds what others have left to do; set it, or connect without a pooler, which \(way.connections) "
                + "connections do not need"
        case (.transaction, _):
            "a pooler stands before the database: it is one more thing that can fail, and \(way.connections) connections "
                + "do not need it; connect without one if you can"
        case (.none, true):
            "a pooler stands before the database, and store.pooler does not say so: set store.pooler to transaction or "
                + "session, as it is set up, or connect without it"
        case (.session, true):
            "a pooler stands before the database: a process keeps its \(way.connections) connections for good, so that it "
                + "saves none; connect without it if you can"
        case (.none, false), (.session, false): nil
        }
    }

    // MARK: Ours

    private static let tolerance = Duration.seconds(2)

    private func clocks(besides owner: String?) -> [String] {
        let others = nodes.filter { $0.incarnation != owner }.map {
            (whose: "node \($0.name)'s clock", lead: $0.clockLead)
        }
        return ([(whose: "this machine's clock", lead: clockLead)] + others).compactMap { whose, lead -> String? in
            let off = lead.components.seconds
            guard max(lead, .zero - lead) > Self.tolerance else { return nil }
            return "\(whose) is \(off.magnitude) s \(off < 0 ? "behind" : "ahead of") the database's: leases go by the "
                + "database's, logs and callbacks' ages by the machine's; set it, or have NTP do so"
        }
    }

    /// Another version reads other keys: those of one are compared.
    private var configurations: [String] {
        Dictionary(grouping: nodes.filter { !$0.configuration.isEmpty }, by: \.version).values.compactMap {
            nodes -> String? in
            let groups = Dictionary(grouping: nodes, by: \.configuration).values.map { $0.map(\.name).sorted() }
            guard groups.count > 1 else { return nil }
            let names = groups.map { $0.joined(separator: ", ") }.sorted().joined(separator: " | ")
            return
                "configurations differ between nodes (\(names)): give all the same, and reload or restart those that "
                + "have the old one"
        }.sorted()
    }
}
