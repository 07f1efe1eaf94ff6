import JSON
import System
import WeCom

extension Sighting {
    /// A sighting as programs read it.
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("position", .integer(Int64(position))), .init("at", .string(at.description)),
            .init("from", .string(party)),
        ]
        if let peer { members.append(.init("to", .string(peer))) }
        members += [
            .init("kind", .string(kind.rawValue)), .init("text", .string(text)), .init("shown", .string(shown)),
        ]
        if let buttons { members.append(.init("buttons", .array(buttons.map(\.json)))) }
        if let size { members.append(.init("size", .integer(Int64(size)))) }
        return .object(members)
    }

    /// The buttons of its card, as it came.
    private var buttons: [FakeCard.Button]? {
        switch content {
        case .message(let message): message.card?.pressable
        case .bubble(let bubble): bubble.shownCard?.pressable
        case .event: nil
        }
    }

    /// The bytes of its file.
    private var size: Int? {
        switch content {
        case .message(let message): message.media?.size
        case .bubble(let bubble): bubble.file?.size
        case .event: nil
        }
    }
}

extension FakeCard.Button {
    fileprivate var json: JSONValue { ["key": .string(key), "text": .string(text)] }
}
