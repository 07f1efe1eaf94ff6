import HTML
import Pages
import Simulator
import System
import WeCom

extension BenchView {
    /// The client: who one is, one's chats, and the one that is open.
    var client: HTML {
        tag(.section, .class("win"), .aria("label", words("企业微信（模拟）", "WeCom (simulated)"))) {
            rail
            tag(.nav, .class("list"), .aria("label", words("会话列表", "Chats"))) {
                tag(.label, .class("search"), key("/")) {
                    Icon.find.drawn(.small)
                    tag(.span, .class("vh")) { words("搜索", "Search") }
                    tag(
                        .input, .id("find"), .type("search"), .placeholder(words("搜索", "Search")),
                        .data("sift", "#chats li"))
                }
                tag(.ol, .id("chats"), .data("scroll", "kept")) { for chat in chats { listItem(chat) } }
            }
            talk
        }
    }

    private var rail: HTML {
        tag(.nav, .class("rail"), .aria("label", words("客户端", "Client"))) {
            roster.portrait(of: viewer.member).html
            tag(.a, .href(viewer.address()), .aria("current", "true"), .aria("label", words("消息", "Messages"))) {
                Icon.chat.drawn()
            }
            tag(
                .button, .type("button"), .plain(.commandfor, "people"), .plain(.command, "show-modal"),
                .aria("label", words("通讯录", "People"))
            ) { Icon.book.drawn() }
        }
    }

    /// The one that was written to last stands first.
    private var chats: [ChatKey] {
        let all = ChatKey.all(of: viewer.member, in: roster)
        let latest = playground.book.withLock { book in all.map { book.log($0).entries.last?.id ?? 0 } }
        return zip(all, latest).sorted { $0.1 > $1.1 }.map(\.0)
    }

    /// The number of chats, but for the one that is open, in which there is something new.
    var unreadChats: Int {
        playground.book.withLock { book in
            ChatKey.all(of: viewer.member, in: roster).count {
                $0 != viewer.chat && !book.log($0).unseen(by: viewer.member.user).isEmpty
            }
        }
    }

    func itemID(_ chat: ChatKey) -> String { "c-\(chat.text)" }

    func listItem(_ chat: ChatKey) -> HTML {
        let log = playground.book.withLock { $0.log(chat) }
        let unseen = log.unseen(by: viewer.member.user)
        let isOpen = chat == viewer.chat
        return tag(.li, .id(itemID(chat)), .data("find", "")) {
            tag(
                .a, .class("it"), .href(viewer.address(at: chat)), isOpen ? .aria("current", "true") : nil
            ) {
                portrait(of: chat)
                tag(.b) {
                    tag(.bdi) { roster.name(of: chat) }
                    if case .bot = chat { tag(.span, .class("ai")) { "AI" } }
                }
                if let last = log.entries.last { last.at.shown(.time) } else { tag(.time) }
                tag(.span, .class("s")) { snippet(of: log, unseen) }
                if !unseen.isEmpty, !isOpen {
                    tag(.span, .class("un")) {
                        tag(.span, .class("vh")) { words("未读 ", "unread ") }
                        unseen.count > 99 ? "99+" : "\(unseen.count)"
                    }
                }
            }
        }
    }

    func portrait(of chat: ChatKey) -> HTML {
        switch chat {
        case .app(let app, _): roster.portrait(of: .app(app), seenBy: viewer.member).html
        case .bot(let bot, _): roster.portrait(of: .bot(bot), seenBy: viewer.member).html
        case .group(let id):
            Portrait.group((roster.group(id)?.members.map(\.folded) ?? []) + ["bots"])
        }
    }

    /// The last that was said, in a line.
    private func snippet(of log: ChatLog, _ unseen: [ChatEntry]) -> HTML {
        guard let last = log.entries.last else { return HTML(words("还没有消息", "Nothing yet")) }
        let isMeant = unseen.contains { $0.mentions(viewer.member.name) }
        let gist = last.gist(words)
        var text = last.isRecalled ? words("撤回了一条消息", "recalled a message") : gist
        if case .group = viewerChat(last), last.author != .person(viewer.member.user) {
            text = "\(roster.name(of: last.author, seenBy: viewer.member))\(words("：", ": "))\(text)"
        }
        return (isMeant ? tag(.em) { words("[有人@我] ", "[@you] ") } : .empty) + HTML(text)
    }

    /// A group, where an entry's author may be anybody.
    private func viewerChat(_ entry: ChatEntry) -> ChatKey? {
        playground.book.withLock { $0.entry(entry.id) }?.place.chat
    }
}
