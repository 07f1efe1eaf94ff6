internal import System

extension Servers {
    /// Connects for `body` alone, which sees one state of the database and changes nothing. Blocks.
    package func visit<Value>(
        _ options: DatabaseOptions, _ body: (borrowing Connection) throws -> Value
    ) throws -> Value {
        let connection = try connect(options)
        connection.pipeline.deadline = .now.advanced(by: options.patience)
        try connection.begin(.snapshot, options.settingsOfTransaction)
        let value = try body(connection)
        try connection.endReading()
        return value
    }
}

extension Connection {
    /// The reason why a program that knows `schema` does not serve the database; nil where it would, perhaps after a migration.
    package func refusal(of schema: Schema) throws -> SchemaError? {
        do {
            guard let found = try version(), found.usableFrom > schema.version else { return nil }
            return .newer(version: found.version, known: schema.version)
        } catch let error as SchemaError {
            return error
        }
    }
}
