/// Something that people write to.
package enum Door: Hashable, CaseIterable, CustomStringConvertible, Sendable {
    case app(Int)
    /// The AI bot that is called by webhook.
    case called
    /// The AI bot that connects.
    case connected

    package static let apps = 4
    package static var allCases: [Door] { (0..<apps).map(Door.app) + [.called, .connected] }

    package var description: String {
        switch self {
        case .app(let number): "app-\(number)"
        case .called: "called"
        case .connected: "connected"
        }
    }

    /// Finds the one that is called so.
    init?(_ name: some StringProtocol) {
        guard let door = Door.allCases.first(where: { $0.description == name }) else { return nil }
        self = door
    }

    package var isBot: Bool { if case .app = self { false } else { true } }

    /// The number that may wait for their answers in one conversation: of an app's, far from where the router would refuse
    /// more; a bot's people have as many as WeCom lets them.
    var mostUnanswered: Int { isBot ? 3 : 8 }
}

/// One person, or a group, with one of them.
package struct Conversation: Hashable, CustomStringConvertible, Sendable {
    package let door: Door
    /// The person who writes, or the group.
    package let peer: String

    var isGroup: Bool { peer == Cast.room }
    package var description: String { "\(door)/\(peer)" }
}
