/// The shape of a database: the steps that lead to its present form.
package struct Schema: Sendable {
    package let migrations: [Migration]
    /// The programs that serve a database whose tables are there.
    package let programs: @Sendable (borrowing Connection) throws -> [ServingProgram]

    /// `migrations` in the order in which they run; their versions rise. A step that one of the `programs` cannot do with waits until that
    /// has ended.
    package init(
        _ migrations: [Migration],
        servedBy programs: @escaping @Sendable (borrowing Connection) throws -> [ServingProgram] = { _ in [] }
    ) {
        self.programs = programs
        let versions = migrations.map(\.version)
        precondition(zip(versions, versions.dropFirst()).allSatisfy(<), "migrations in rising order of version")
        self.migrations = migrations
    }

    /// The version that this program knows.
    package var version: Int { migrations.last?.version ?? 0 }

    /// The oldest version of the program that can serve what this one makes.
    package var usableFrom: Int { migrations.map(\.usableFrom).max() ?? 0 }
}

/// One step of a schema, in SQL, done in a transaction of its own.
///
/// A step changes one of the tables that are there, besides those that it makes: one that waited for a table while it held another would
/// be in a deadlock with those who use both, again and again.
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

/// A program that serves a database just now.
package struct ServingProgram: Equatable, Sendable {
    package let name: String
    /// The version of the schema that it knows.
    package let version: Int

    package init(_ name: String, knowing version: Int) { (self.name, self.version) = (name, version) }
}

/// The reason why a database is not used. It is left as it was.
package enum SchemaError: Error, Equatable, Sendable {
    case foreign
    case newer(version: Int, known: Int)
    case migration(version: Int, PostgresError)
    /// Passes by itself, once that program has ended.
    case served(by: ServingProgram, usableFrom: Int)
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .foreign: "the database has tables of something else: make one for wecom-router alone"
        case .newer(let version, let known):
            "the database has schema version \(version) and this program knows \(known): use the newer program"
        case .migration(let version, let error):
            "migration to schema version \(version) failed and was undone: \(error)"
        case .served(let program, let usableFrom):
            "\(program.name) serves the database and knows schema version \(program.version), and what is to come needs \(usableFrom): stop it, and this program goes on by itself"
        }
    }
}
