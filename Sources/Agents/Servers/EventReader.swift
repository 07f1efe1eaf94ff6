import HTTP
import Router

/// The events of a streamed answer, one after another.
struct EventReader {
    /// The reason why no more of a stream is to be had before its end.
    struct BrokenOff: Error {
        let reason: String
        /// It is our own limit that ends it, and not the connection.
        let isTooLong: Bool
    }

    private let body: any HTTPBodyReader
    private var events = ServerSentEvents()
    private var waiting: [ServerSentEvent] = []
    private var place = 0
    private var hasEnded = false

    init(_ body: any HTTPBodyReader) { self.body = body }

    /// Returns the next event; nil at the end. Throws `BrokenOff` where the stream breaks.
    mutating func next(heardBy attendant: any TurnAttendant) async throws -> ServerSentEvent? {
        while place == waiting.count {
            if hasEnded { return nil }
            try await fill(heardBy: attendant)
        }
        place += 1
        return waiting[place - 1]
    }

    private mutating func fill(heardBy attendant: any TurnAttendant) async throws {
        let piece: [UInt8]?
        do throws(HTTPTransportError) {
            piece = try await body.next()
        } catch {
            if error == .cancelled { throw CancellationError() }
            throw BrokenOff(reason: "\(error)", isTooLong: false)
        }
        hasEnded = piece == nil
        if !hasEnded { try await attendant.hear(.activity) }
        do throws(ServerSentEvents.TooLong) {
            // A last event may lack its empty line.
            waiting = try events.receive(piece ?? Array("\n\n".utf8))
            place = 0
        } catch {
            throw BrokenOff(reason: "\(error)", isTooLong: true)
        }
    }
}
