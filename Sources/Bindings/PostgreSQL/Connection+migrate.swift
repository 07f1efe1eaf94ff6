internal import CLibPQ
internal import System

extension Connection {
    /// Brings the database to the schema's version. Of several processes that start, one does a step and the others wait.
    ///
    /// An empty database gets all steps in one transaction. Where others may be at work each step has its own: it waits for the tables
    /// of its step while it holds no other, so that it is done however much they have to do.
    func migrate(to schema: Schema) throws {
        while try !takeStep(to: schema) {}
    }

    /// Does what goes into one transaction. True once the database is as it is wanted.
    private func takeStep(to schema: Schema) throws -> Bool {
        do {
            try begin(.readCommitted, nil)
            var isThere = try version()?.version == schema.version
            if !isThere {
                try send("SELECT pg_advisory_xact_lock(759655377, hashtext(current_schema()))")
                isThere = try goUp(from: try version(), to: schema)
            }
            try endReading()
            return isThere
        } catch {
            rollBack()
            throw error
        }
    }

    private func goUp(from known: (version: Int, usableFrom: Int)?, to schema: Schema) throws -> Bool {
        let missing = schema.migrations.filter { $0.version > known?.version ?? 0 }
        guard let known else {
            try goUp(by: missing)
            return true
        }
        guard known.usableFrom <= schema.version else {
            throw SchemaError.newer(version: known.version, known: schema.version)
        }
        guard let next = missing.first else { return true }
        if known.usableFrom < schema.usableFrom { try refuseToOutdate(schema) }
        try goUp(by: [next])
        return missing.count == 1
    }

    /// Throws if a program serves the database that could not any more.
    private func refuseToOutdate(_ schema: Schema) throws {
        guard let outdated = try schema.programs(self).first(where: { $0.version < schema.usableFrom }) else { return }
        throw SchemaError.served(by: outdated, usableFrom: schema.usableFrom)
    }

    private func goUp(by steps: [Migration]) throws {
        guard let last = steps.last else { return }
        if try version() == nil { try makeOurs() }
        for migration in steps {
            do throws(PostgresError) {
                try execute(migration.sql)
            } catch {
                if error.kind == .mistaken { throw SchemaError.migration(version: migration.version, error) }
                throw error
            }
        }
        try send(
            "UPDATE schema_version SET version = $1, usable_from = greatest(usable_from, $2)", last.version,
            steps.map(\.usableFrom).max() ?? 0)
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
