internal import System

/// The first opening of a database, which is tried until a server can be reached: nothing else is done before.
final class Opening: Sendable {
    private struct State {
        var isOpen = false
        var failure: (any Error)?
    }

    private let attendant: Attendant
    private let schema: Schema
    private let prepare: @Sendable (borrowing Connection) throws -> Void
    private let state = Lock(State())

    /// The time for one try, which may have to wait for another process that migrates.
    private static let patience = Duration.seconds(30)

    init(
        _ attendant: Attendant, schema: Schema, prepare: @escaping @Sendable (borrowing Connection) throws -> Void
    ) {
        self.attendant = attendant
        self.schema = schema
        self.prepare = prepare
    }

    /// The reason why the database is not open yet; nil once it is.
    var failure: (any Error)? {
        state.withLock { $0.isOpen ? nil : $0.failure ?? PostgresError(.disconnected, message: "it is being opened") }
    }

    /// Tries once, for so long at the most. Throws what will not pass by itself.
    func attempt(for limit: Duration = Opening.patience) throws {
        do {
            let link = try attendant.link(until: .now.advanced(by: limit))
            let connection = link
            try connection.connection.migrate(to: schema)
            do {
                try link.connection.begin(.readCommitted, nil)
                try prepare(link.connection)
                try link.connection.endReading()
            } catch {
                link.connection.rollBack()
                throw error
            }
            state.withLock { $0.isOpen = true }
            attendant.drop()
        } catch {
            attendant.drop()
            state.withLock { $0.failure = error }
            if case SchemaError.served? = error as? SchemaError { return }
            guard let error = error as? PostgresError, error.kind != .mistaken else { throw error }
        }
    }

    /// Goes on trying until it is open, or the program ends. What would end a start is only shown now.
    func persist() {
        while failure != nil {
            try? attempt()
            guard failure == nil || attendant.pause(.milliseconds(500)) else { return }
        }
    }

    func giveUp() { attendant.stop() }
}
