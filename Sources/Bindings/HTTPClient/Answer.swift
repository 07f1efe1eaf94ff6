import HTTP

/// The receiver of an answer as it arrives. Called on the connections' thread, `end` exactly once and last.
protocol Answer: Sendable {
    func begin(_ head: HTTPAnswerHead)

    /// Takes all of `bytes`, or none and returns false: then they come again once the reader has room.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool

    func end(_ failure: HTTPTransportError?)
}
