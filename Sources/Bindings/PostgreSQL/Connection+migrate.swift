internal import CLibPQ
internal import System

extension Connection {
    /// Brings the database to the schema's version, all steps in one transaction. Of several processes that start, one does it and the
    /// others wait.
    func migrate(to schema: Schema) throws {
        do {
            try begin(.readCommitted, nil)
            if let known = try version(), known.version == schema.version { return try endReading() }
            try send("SELECT pg_advisory_xact_lock(759655377, hashtext(current_schema()))")
            let known = try version()
            if let known, known.version > schema.version {
                guard known.usableFrom <= schema.version else {
                    throw SchemaError.newer(version: known.version, known: schema.version)
                }
            } else {
                if let known, known.usableFrom < schema.usableFrom { try refuseToOutdate(schema) }
                try goUp(from: known?.version ?? 0, to: schema)
            }
            try endReading()
        } catch {
            rollBack()
            throw error
        }
    }

    /// Throws if a program serves the database that could not any more.
    private func refuseToOutdate(_ schema: Schema) throws {
        guard let outdated = try schema.programs(self).first(where: { $0.version < schema.usableFrom }) else { return }
        throw SchemaError.served(by: outdated, usableFrom: schema.usableFrom)
    }

    private func goUp(from version: Int, to schema: Schema) throws {
        let missing = schema.migrations.filter { $0.version > version }
        guard !missing.isEmpty else { return }
        if version == 0 { try makeOurs() }
        for migration in missing {
            do throws(PostgresError) {
                try execute(migration.sql)
            } catch {
                if error.kind == .mistaken { throw SchemaError.migration(version: migration.version, error) }
                throw error
            }
        }
        try send("UPDATE schema_version SET version = $1, usable_from = $2", schema.version, schema.usableFrom)
    }

    /// The database's version; nil for an empty one.
    package func version() throws -> (version: Int, usableFrom: Int)? {
        // One look at the catalog. Between two another process may make the tables; and by its name a table that was not there a moment
        // ago is not found: the server remembers that.
        let found = try first(
            """
            SELECT coalesce(bool_or(c.relname = 'schema_version'), false), count(*) > 0
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind = 'r'
            """
        ) { (isOurs: $0.bool(0), isTaken: $0.bool(1)) }
        if found?.isOurs == true {
            return try first("SELECT version, usable_from FROM schema_version") {
                (version: $0.int(0), usableFrom: $0.int(1))
            }
        }
        if found?.isTaken == true { throw SchemaError.foreign }
        return nil
    }

    private func makeOurs() throws(PostgresError) {
        try execute(
            """
            CREATE TABLE schema_version (version bigint NOT NULL, usable_from bigint NOT NULL);
            INSERT INTO schema_version VALUES (0, 0);
            CREATE TABLE commits (
                slot text PRIMARY KEY,
                number bigint NOT NULL DEFAULT 0, -- of the last transaction that was committed
                void bigint NOT NULL DEFAULT 0, -- of the last that was given up
                at timestamptz NOT NULL DEFAULT now()
            ) WITH (fillfactor = 50);
            """)
    }

    /// Runs a script of several statements without values.
    func execute(_ script: String) throws(PostgresError) {
        try settle()
        guard unsafe PQexitPipelineMode(handle) == 1, unsafe PQsendQuery(handle, script) == 1 else { throw failure() }
        var refusal: PostgresError?
        while let rows = try next(nil) {
            if rows.status == PGRES_FATAL_ERROR, refusal == nil { refusal = rows.error(in: script) }
        }
        guard unsafe PQenterPipelineMode(handle) == 1 else { throw failure() }
        if let refusal { throw refusal }
    }
}
