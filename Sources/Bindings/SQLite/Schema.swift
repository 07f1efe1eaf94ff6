/// The shape of a database file: whose it is, and the steps that lead to its present form.
package struct Schema: Sendable {
    /// The mark in the file's header that says it is ours.
    package let applicationID: Int32
    package let migrations: [Migration]

    /// `migrations` in the order in which they run; their versions rise.
    package init(applicationID: Int32, migrations: [Migration]) {
        let versions = migrations.map(\.version)
        precondition(zip(versions, versions.dropFirst()).allSatisfy(<), "migrations in rising order of version")
        self.applicationID = applicationID
        self.migrations = migrations
    }

    /// The version that this program knows.
    package var version: Int { migrations.last?.version ?? 0 }
}

/// One step of a schema, in SQL.
package struct Migration: Sendable {
    package let version: Int
    package let sql: String

    package init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }

    package init(version: Int, sql: [UInt8]) { self.init(version: version, sql: String(decoding: sql, as: UTF8.self)) }
}

/// The reason why a file is not used. It is left as it was.
package enum SchemaError: Error, Equatable, Sendable {
    case foreign(path: String, applicationID: Int32)
    case newer(path: String, version: Int, known: Int)
    case damaged(path: String, problem: String)
    case migration(version: Int, SQLiteError)
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .foreign(let path, let id):
            "\(path) is a database of another program (application id \(id)): name another file"
        case .newer(let path, let version, let known):
            "\(path) has schema version \(version) and this program knows \(known): use the newer program"
        case .damaged(let path, let problem):
            "\(path) is no intact database (\(problem)): restore it from a backup, or name another file"
        case .migration(let version, let error):
            "migration to schema version \(version) failed, nothing was changed: \(error)"
        }
    }
}
