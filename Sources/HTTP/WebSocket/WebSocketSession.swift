/// One end of an open WebSocket as a pure value: what to make of the bytes that come, and what may still be said.
package struct WebSocketSession: Sendable {
    package enum Step: Sendable, Equatable {
        case message(WebSocketMessage)
        /// A frame to send soon. Of several pongs the last one is enough.
        case pong(WebSocketFrame)
        /// It has ended, whatever else comes. `last` is to be sent if the other end has not been told.
        case end(WebSocketError, last: WebSocketFrame?)
    }

    private enum State {
        /// → closing, ended
        case open
        /// We have said that we close, and wait for the other end to say so. → ended
        case closing(WebSocketClose)
        case ended
    }

    private let side: WebSocketSide
    private var decoder: WebSocketDecoder
    private var state = State.open

    package init(as side: WebSocketSide, maxMessage: Int) {
        self.side = side
        decoder = WebSocketDecoder(from: side.other, maxMessage: maxMessage)
    }

    /// True while messages may be sent.
    package var isOpen: Bool { if case .open = state { true } else { false } }

    /// The next step, with the bytes that it took removed from `input`; nil once these are used up.
    package mutating func next(from input: inout ArraySlice<UInt8>) -> Step? {
        while true {
            if case .ended = state { return nil }
            do throws(WebSocketViolation) {
                guard let event = try decoder.next(from: &input) else { return nil }
                if let step = step(event) { return step }
            } catch {
                return end(.violated(error), telling: WebSocketClose(error.closeCode, reason: "\(error)"))
            }
        }
    }

    private mutating func step(_ event: WebSocketEvent) -> Step? {
        switch event {
        case .message(let message): isOpen ? .message(message) : nil
        case .ping(let payload): isOpen ? .pong(WebSocketFrame(.pong, payload)) : nil
        case .pong: nil
        case .close(let close): answer(close)
        }
    }

    /// The other end closes: first, and then its code goes back, or in answer to us.
    private mutating func answer(_ close: WebSocketClose) -> Step {
        if case .closing(let ours) = state { return end(.closed(ours, by: side), telling: nil) }
        return end(.closed(close, by: side.other), telling: WebSocketClose(close.code))
    }

    private mutating func end(_ error: WebSocketError, telling close: WebSocketClose?) -> Step {
        let mayTell = isOpen
        state = .ended
        return .end(error, last: mayTell ? close.map { WebSocketFrame($0) } : nil)
    }

    /// The frame that says that we close; nil if an end has said so already.
    package mutating func close(_ close: WebSocketClose) -> WebSocketFrame? {
        guard isOpen else { return nil }
        state = .closing(close)
        return WebSocketFrame(close)
    }

    /// The meaning of the connection's end, for whatever reason.
    package mutating func lose(_ reason: String) -> WebSocketError {
        defer { state = .ended }
        return closing ?? .lost(reason)
    }

    /// The close that we have said and that waits for its answer.
    package var closing: WebSocketError? {
        if case .closing(let ours) = state { .closed(ours, by: side) } else { nil }
    }
}
