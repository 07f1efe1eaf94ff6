import HTTP
import JSON
import System
import Text
import WeCom

// What programs read.

extension ControlAPI {
    private static let mostInOneAnswer: Int64 = 1000

    /// The sightings of people behind a position, the oldest first.
    func transcript(_ query: Query) throws(ControlRefusal) -> JSONValue {
        let position = try query.number("after", in: 0...Int64.max) ?? 0
        let limit = try query.number("limit", in: 1...ControlAPI.mostInOneAnswer) ?? 100
        let wanted = Expectation(
            from: try query.name("from"), to: try query.name("to"), kind: try query.kind(), words: .any, within: .zero,
            times: Int(limit))
        do throws(StepFailure) { try player.check(wanted, mayBeAnybody: true) } catch { throw .failed(error) }
        let found = player.sightings.after(Int(clamping: position)).sightings.lazy
            .filter { wanted.concerns($0, ofAnyKind: true) }.prefix(Int(limit))
        return [
            "seen": .array(found.map(\.json)), "position": .integer(Int64(player.sightings.position)),
        ]
    }

    var parties: JSONValue { ["parties": .array(player.parties.map { $0.json(in: player.wecom) })] }

    var clock: JSONValue {
        let clock = player.wecom.clock
        return ["now": .string(clock.wall.description), "ahead_ms": .integer(clock.lead.inMilliseconds)]
    }

    var faults: JSONValue { ["faults": .array(player.wecom.faults.orders.map(\.json))] }

    /// The file that was sent with a sighting. It is to be saved and never shown.
    func file(_ place: String) throws(ControlRefusal) -> HTTPResponse {
        guard let position = Int(place), position > 0,
            let sighting = player.sightings.after(position - 1).sightings.first, sighting.position == position,
            let bytes = bytes(of: sighting)
        else { throw .unknown }
        return HTTPResponse(
            .ok,
            headers: [
                "Content-Type": "application/octet-stream", "Content-Disposition": "attachment",
                "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
            ], body: .whole(bytes))
    }

    private func bytes(of sighting: Sighting) -> [UInt8]? {
        switch sighting.content {
        case .message(let message): message.media.flatMap { player.wecom.bytes(of: $0) }
        case .bubble(let bubble): bubble.file.flatMap { player.wecom.sockets.bytes(of: $0) }
        case .event: nil
        }
    }
}

extension Query {
    fileprivate func number(_ name: String, in range: ClosedRange<Int64>) throws(ControlRefusal) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw .malformed("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    fileprivate func name(_ name: String) throws(ControlRefusal) -> String? {
        guard let text = self[name] else { return nil }
        guard (1...WrittenFields.longestName).contains(text.utf8.count) else {
            throw .malformed("\(name) must be a name")
        }
        return text
    }

    fileprivate func kind() throws(ControlRefusal) -> Sighting.Kind? {
        guard let text = self["kind"] else { return nil }
        guard let kind = Sighting.Kind.allCases.first(where: { $0.rawValue.isSame(as: text) }) else {
            throw .malformed("kind must be one of \(Sighting.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }
}
