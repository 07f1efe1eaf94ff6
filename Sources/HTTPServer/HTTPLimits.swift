/// The limits of what one client may cost. Each holds before anything is allocated for what exceeds it.
package struct HTTPLimits: Sendable {
    /// Request line and header fields together; more is 431.
    package var headSize = 16 << 10
    package var headerCount = 100
    /// A declared or received body beyond this is 413.
    package var bodySize = 256 << 10
    package var connections = 4096
    /// Bytes of requests held for all clients together: what has been read and not answered yet. More is 503.
    package var heldBytes = 64 << 20

    /// From the first byte (or the connection's beginning) to the complete head.
    package var headTime = Duration.seconds(10)
    /// From the complete head to the complete body.
    package var bodyTime = Duration.seconds(10)
    /// Between requests on a connection that is kept.
    package var idleTime = Duration.seconds(75)
    /// The time that the handler has to answer; then the client gets 503, and what the handler says later is dropped.
    package var answerTime = Duration.seconds(3)
    /// The time that the rest of an answer has to go out, and that the client of a stream may take none of it.
    package var writeTime = Duration.seconds(10)
    /// The time for which we read on after a refusal, so that the client gets to see it.
    package var lingerTime = Duration.seconds(2)
    /// The bytes that we read on for at most.
    package var lingerSize = 1 << 20

    package init() {}
}
