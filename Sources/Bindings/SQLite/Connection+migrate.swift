extension Connection {
    /// Refuses a file that is not ours, is damaged, or comes from a newer program; writes nothing.
    package func check(_ schema: Schema, at path: String) throws {
        do {
            try accept(identity(), for: schema, at: path)
        } catch let error as SQLiteError where [.corrupt, .notADatabase].contains(error.kind) {
            throw SchemaError.damaged(path: path, problem: error.message)
        }
    }

    /// Brings the file to the schema's version, all steps in one transaction.
    package func migrate(to schema: Schema, at path: String) throws {
        try run("BEGIN IMMEDIATE")
        do {
            let identity = try identity()
            try accept(identity, for: schema, at: path)
            let missing = schema.migrations.filter { $0.version > identity.version }
            for migration in missing { try apply(migration) }
            if !missing.isEmpty || identity.isEmpty {
                try execute("PRAGMA application_id = \(schema.applicationID); PRAGMA user_version = \(schema.version)")
            }
            try run("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    private func apply(_ migration: Migration) throws(SchemaError) {
        do throws(SQLiteError) {
            try execute(migration.sql)
        } catch {
            throw .migration(version: migration.version, error)
        }
    }

    private func accept(_ identity: Identity, for schema: Schema, at path: String) throws(SchemaError) {
        let isOurs = identity.applicationID == schema.applicationID
        guard isOurs || identity.isEmpty && identity.applicationID == 0 && identity.version == 0 else {
            throw .foreign(path: path, applicationID: identity.applicationID)
        }
        guard identity.version <= schema.version else {
            throw .newer(path: path, version: identity.version, known: schema.version)
        }
    }

    private func identity() throws -> Identity {
        let isEmpty = try first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } == 0
        let applicationID = try first("PRAGMA application_id") { $0.int(0) } ?? 0
        let version = try first("PRAGMA user_version") { $0.int(0) } ?? 0
        return Identity(isEmpty: isEmpty, applicationID: Int32(truncatingIfNeeded: applicationID), version: version)
    }
}

/// The marks by which a file says what it is.
private struct Identity {
    let isEmpty: Bool
    let applicationID: Int32
    let version: Int
}
