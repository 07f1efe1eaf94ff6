import HTTP
import System

/// Stands between the sender and one reader: holds at most `capacity` bytes (and a piece of curl's) for a slow one.
final class StreamedAnswer: Answer {
    typealias Head = Result<HTTPAnswerHead, HTTPTransportError>
    typealias Piece = Result<[UInt8]?, HTTPTransportError>

    private struct State {
        var headWaiter: CheckedContinuation<Head, Never>?
        var reader: CheckedContinuation<Piece, Never>?
        var buffer: [UInt8] = []
        var isHeldBack = false
        var end: Piece?
    }

    private let capacity: Int
    private let state = Lock(State())

    init(capacity: Int) { self.capacity = capacity }

    func expectHead(_ continuation: CheckedContinuation<Head, Never>) {
        state.withLock { $0.headWaiter = continuation }
    }

    func begin(_ head: HTTPAnswerHead) {
        state.withLock { exchange(&$0.headWaiter, with: nil) }?.resume(returning: .success(head))
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let piece = unsafe [UInt8](bytes)
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<Piece, Never>?) in
            if let reader = exchange(&state.reader, with: nil) { return (true, reader) }
            state.isHeldBack = !state.buffer.isEmpty && state.buffer.count + piece.count > capacity
            if !state.isHeldBack { state.buffer += piece }
            return (!state.isHeldBack, nil)
        }
        reader?.resume(returning: .success(piece))
        return isTaken
    }

    func end(_ failure: HTTPTransportError?) {
        let end = failure.map(Piece.failure) ?? .success(nil)
        let (headWaiter, reader) = state.withLock { state in
            state.end = end
            return (exchange(&state.headWaiter, with: nil), exchange(&state.reader, with: nil))
        }
        if let headWaiter { headWaiter.resume(returning: .failure(failure ?? .unanswered("an answer without a head"))) }
        reader?.resume(returning: end)
    }

    /// Gives `reader` what is there, or has it wait. True if the sender was held back and may go on.
    func read(_ reader: CheckedContinuation<Piece, Never>) -> Bool {
        let (piece, mayGoOn) = state.withLock { state -> (Piece?, Bool) in
            precondition(state.reader == nil, "a body has one reader")
            if !state.buffer.isEmpty {
                return (.success(exchange(&state.buffer, with: [])), exchange(&state.isHeldBack, with: false))
            }
            if let end = state.end { return (end, false) }
            state.reader = reader
            return (nil, false)
        }
        if let piece { reader.resume(returning: piece) }
        return mayGoOn
    }
}
