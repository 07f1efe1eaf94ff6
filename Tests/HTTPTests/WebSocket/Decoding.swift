import HTTP

/// A decoder's reading of a stream that came in these pieces: its events, and the fault that ended them.
struct Decoded: Equatable {
    var events: [WebSocketEvent] = []
    var violation: WebSocketViolation?

    init(_ pieces: [[UInt8]], from sender: WebSocketSide = .server, maxMessage: Int = 4 << 20) {
        var decoder = WebSocketDecoder(from: sender, maxMessage: maxMessage)
        do throws(WebSocketViolation) {
            for piece in pieces {
                var input = piece[...]
                while let event = try decoder.next(from: &input) { events.append(event) }
            }
        } catch {
            violation = error
        }
    }

    init(events: [WebSocketEvent] = [], violation: WebSocketViolation? = nil) {
        self.events = events
        self.violation = violation
    }
}

/// A stream in two pieces, cut at each of its bytes, and byte by byte.
func allCuts(of stream: [UInt8]) -> [[[UInt8]]] {
    stream.indices.map { [Array(stream[..<$0]), Array(stream[$0...])] } + [stream.map { [$0] }]
}

let someMask = WebSocketMask([0x37, 0xFA, 0x21, 0x3D])
