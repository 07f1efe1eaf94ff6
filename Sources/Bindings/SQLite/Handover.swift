/// Carries a connection to the thread that will use it.
final class Handover: @unchecked Sendable {
    private var connection: Connection?

    init(_ connection: consuming Connection?) { self.connection = consume connection }

    /// The connection, once, for the new owner's thread; nil where there was none.
    func take() -> Connection? { connection.take() }
}
