/// The shape of a database: the steps that lead to its present form.
package struct Schema: Sendable {
    package let migrations: [Migration]

    /// `migrations` in the order in which they run; their versions rise.
    package init(_ migrations: [Migration]) {
        let versions = migrations.map(\.version)
        precondition(zip(versions, versions.dropFirst()).allSatisfy(<), "migrations in rising order of version")
        self.migrations = migrations
    }

    /// The version that this program knows.
    package var version: Int { migrations.last?.version ?? 0 }

    /// The oldest version of the program that can serve what this one makes.
    package var usableFrom: Int { migrations.map(\.usableFrom).max() ?? 0 }
}

/// One step of a schema, in SQL.
package struct Migration: Sendable {
    package let version: Int
    package let usableFrom: Int
    package let sql: String

    /// A step that programs from `usableFrom` on can do with.
    package init(version: Int, usableFrom: Int, sql: [UInt8]) {
        self.version = version
        self.usableFrom = usableFrom
        self.sql = String(decoding: sql, as: UTF8.self)
    }
}

/// The reason why a database is not used. It is left as it was.
package enum SchemaError: Error, Equatable, Sendable {
    case foreign
    case newer(version: Int, known: Int)
    case migration(version: Int, PostgresError)
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .foreign: "the database has tables of something else: make one for wecom-router alone"
        case .newer(let version, let known):
            "the database has schema version \(version) and this program knows \(known): use the newer program"
        case .migration(let version, let error):
            "migration to schema version \(version) failed, nothing was changed: \(error)"
        }
    }
}
