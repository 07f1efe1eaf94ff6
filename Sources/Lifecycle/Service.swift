/// Something that runs for as long as the server does.
package protocol Service: Sendable {
    /// The name in logs.
    var name: String { get }

    /// Starts, says so by `life.hasStarted()`, works until `life.untilToldToStop()` returns, finishes what it holds, and
    /// returns. Throwing, or returning early, ends the whole server.
    func run(_ life: ServiceLife) async throws
}
