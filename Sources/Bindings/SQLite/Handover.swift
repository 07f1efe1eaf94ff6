/// Carries a connection to the thread that will use it.
final class Handover: @unchecked Sendable {
    private var connection: Connection?

    init(_ connection: consuming Connection) { self.connection = consume connection }

    /// To be called once, on the new owner's thread.
    func take() -> Connection {
        guard let connection = connection.take() else { preconditionFailure("a connection is handed over once") }
        return connection
    }
}
