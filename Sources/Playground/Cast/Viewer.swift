import Pages
import Simulator
import Text
import WeCom

/// Somebody at a tab, as its address says: who they are, and which chat is open.
struct Viewer: Sendable {
    let member: Roster.Member
    let chat: ChatKey?

    /// Reads `as=corp:user` and `chat=key`; what is missing or unknown is chosen.
    init?(as identity: String?, chat: String?, in roster: Roster) {
        let named = identity?.cut(around: ":").flatMap { corp, user in
            roster.member(UserID(String(user)), of: CorpID(String(corp)))
        }
        guard let member = named ?? roster.first else { return nil }
        self.member = member
        let chats = ChatKey.all(of: member, in: roster)
        self.chat = chats.first { chat?.isSame(as: $0.text) == true } ?? chats.first
    }

    init(_ member: Roster.Member, at chat: ChatKey?) {
        self.member = member
        self.chat = chat
    }

    var identity: String { "\(member.corp.text):\(member.user.text)" }

    /// The address of this tab, or of another chat of the same person.
    func address(at chat: ChatKey? = nil, with more: String = "") -> String {
        let shown = (chat ?? self.chat).map { "&chat=\(percentEncoded($0.text))" } ?? ""
        return "/?as=\(percentEncoded(identity))\(shown)\(more)"
    }
}
