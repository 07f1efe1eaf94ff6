import HTML
import Pages
import Simulator
import System
import Text
import WeCom

extension BenchView {
    /// The number of entries that come at a time.
    private static let atATime = 50
    /// The number of entries, or of exchanges, that a page holds before it lets go of the oldest.
    static let mostInPage = 300
    /// After so long without a word the time stands above the next.
    private static let silence = Duration.seconds(300)

    func entryID(_ id: Int) -> String { "m-\(id)" }

    /// The newest entries of the chat, or those before one.
    func log(before: Int?) -> HTML {
        guard let chat = viewer.chat else { return .empty }
        let all = playground.book.withLock { $0.log(chat) }.entries
        let end = before.map { id in all.firstIndex { $0.id >= id } ?? all.endIndex } ?? all.endIndex
        let shown = max(0, end - BenchView.atATime)..<end
        let wires = LinkedWires(wecom.wire.entries)
        let first = shown.lowerBound > 0 ? all[shown.lowerBound].id : nil
        return tag(.p, .class("sys")) { earlierLink("/earlier", to: "log", before: first) }
            + tag(.ol, .id("log"), .data("most", "\(BenchView.mostInPage)"), first == nil ? nil : .data("more", "")) {
                if all.isEmpty { emptyLog(chat) }
                for index in shown { item(all[index], after: index > 0 ? all[index - 1] : nil, wires) }
            }
    }

    /// The way to what stands before the first of a list's items, which the style hides where the list has no `data-more`. The
    /// page's script asks for what is before the first that it has by then.
    func earlierLink(_ path: String, to list: String, before first: Int?) -> HTML {
        tag(
            .a, .class("b", "q", "earlier"), .data("of", list),
            .href("\(path)\(viewer.address(with: "&before=\(first ?? 0)").dropFirst())")
        ) { words("更早的", "Earlier") }
    }

    private func emptyLog(_ chat: ChatKey) -> HTML {
        let name = roster.name(of: chat)
        return tag(.li, .class("none"), .id("none")) {
            if case .group = chat {
                tag(.p) { words("说点什么；@ 一个机器人它才听得见", "Say something; a bot hears it if you call it with @") }
            } else {
                tag(.p) { words("说点什么，\(name) 会回答", "Say something; \(name) answers") }
            }
            tag(.p, .class("hints")) {
                for text in suggestions(chat) {
                    tag(.button, .class("b"), .type("button"), .data("fill", text)) { text }
                }
            }
        }
    }

    private func suggestions(_ chat: ChatKey) -> [String] {
        if case .group(let id) = chat {
            return (roster.group(id)?.bots.compactMap { roster.bot($0)?.name } ?? []).prefix(3).map {
                "@\($0) \(words("你好", "hello"))"
            }
        }
        return [words("你好", "hello"), "/help", "/status"]
    }

    // MARK: An entry

    func item(_ entry: ChatEntry, after before: ChatEntry?, _ wires: LinkedWires) -> HTML {
        // What is not yet as it will stay is not read out.
        tag(.li, .class("turn"), .id(entryID(entry.id)), entry.isSettled ? nil : .aria("busy", "true")) {
            if before.map({ entry.at.since($0.at) >= BenchView.silence }) ?? true {
                tag(.div, .class("day")) { entry.at.shown(isSameDay(entry, before) ? .time : .day) }
            }
            if entry.isRecalled {
                tag(.p, .class("sys")) {
                    words("\(author(of: entry)) 撤回了一条消息", "\(author(of: entry)) recalled a message")
                }
            } else {
                message(entry, wires.of(entry.links))
            }
        }
    }

    private func isSameDay(_ entry: ChatEntry, _ before: ChatEntry?) -> Bool {
        guard let before else { return false }
        return entry.at.description.prefix(10) == before.at.description.prefix(10)  // short: a date
    }

    private func author(of entry: ChatEntry) -> String { roster.name(of: entry.author, seenBy: viewer.member) }

    private func message(_ entry: ChatEntry, _ wires: [WireEntry]) -> HTML {
        let isMine = entry.author == .person(viewer.member.user)
        return tag(.div, .class("msg", isMine ? "me" : "", entry.arrival == .underway ? "pend" : "")) {
            if !isMine { roster.portrait(of: entry.author, seenBy: viewer.member).html }
            tag(.div, .class("col")) {
                if isInGroup, !isMine { name(of: entry) } else { tag(.span, .class("vh")) { "\(author(of: entry)): " } }
                BubbleView(entry: entry, words: words, view: self).html
                refusal(of: entry)
                remarks(of: entry)
                rating(of: entry)
                chips(of: entry, wires)
            }
            if isMine { roster.portrait(of: entry.author, seenBy: viewer.member).html }
        }
    }

    private var isInGroup: Bool { if case .group = viewer.chat { true } else { false } }

    private func name(of entry: ChatEntry) -> HTML {
        tag(.span, .class("nm")) {
            tag(.bdi) { author(of: entry) }
            if case .bot = entry.author { tag(.span, .class("ai")) { words("智能机器人", "AI bot") } }
        }
    }

    @HTMLBuilder private func refusal(of entry: ChatEntry) -> HTML {
        if case .refused(let why) = entry.arrival {
            tag(.form, .class("no"), .post, .action("/act/again"), .data("act", "")) {
                identity
                tag(.input, .type("hidden"), .name("entry"), .value("\(entry.id)"))
                Icon.warn.drawn(.small)
                tag(.span) { words("没有送达（\(why)）", "not taken (\(why))") }
                tag(.button, .class("lk")) { words("重发", "again") }
            }
        }
    }

    /// The two words by which a person rates what a bot has said, where it asks for that.
    @HTMLBuilder private func rating(of entry: ChatEntry) -> HTML {
        if case .shown(let bubble) = entry.content, bubble.feedback != nil, entry.isSettled {
            tag(.form, .class("rate"), .post, .action("/act/rate"), .data("act", "")) {
                identity
                tag(.input, .type("hidden"), .name("entry"), .value("\(entry.id)"))
                for rating in Rating.allCases {
                    tag(
                        .button, .class("lk"), .name("rating"), .value(rating.rawValue),
                        .aria("pressed", entry.rating == rating ? "true" : "false")
                    ) { rating.name(words) }
                }
            }
        }
    }

    /// The calls that made it happen, the newest at the end.
    private func chips(of entry: ChatEntry, _ all: [WireEntry]) -> HTML {
        // What a bot shows grew by polls; the callback that it answers is the question's.
        let isShown = if case .shown = entry.content { true } else { false }
        let wires = isShown ? all.filter { $0.direction == .call || $0.polls > 0 } : all
        guard !wires.isEmpty else { return .empty }
        return tag(.div, .class("wl")) {
            for wire in wires.suffix(4) {
                tag(
                    .a, wire.isTrouble ? .class("bad") : nil, .href(viewer.address(with: "&wire=\(wire.id)")),
                    .data("w", rowID(wire.id))
                ) { chip(wire, of: entry) }
            }
        }
    }

    private func chip(_ wire: WireEntry, of entry: ChatEntry) -> String {
        if wire.polls > 0, case .shown(let bubble) = entry.content {
            let size = "\(bubble.text.utf8.count) / 20,480 B"
            return words("⟳ 第 \(wire.polls) 次 · \(size)", "⟳ no. \(wire.polls) · \(size)")
        }
        let arrow = wire.direction == .callback ? ((wire.attempt?.number ?? 1) > 1 ? "↻" : "→") : "←"
        let name = wire.direction == .callback ? "" : "\(wire.name.pieces { $0 == UInt8(ascii: "/") }.last ?? "") "
        let result = wire.isOpen ? "…" : wire.failure == nil ? resultText(wire) : words("无应答", "no answer")
        return "\(arrow) \(name)\(result)" + (wire.took.map { $0 == .zero ? "" : " · \($0.short)" } ?? "")
    }

    /// The code of an answer that has one, else its status.
    func resultText(_ wire: WireEntry) -> String {
        wire.code.map { "\($0)" } ?? wire.status.map { "\($0)" } ?? "✓"
    }
}
