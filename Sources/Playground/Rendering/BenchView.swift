import HTML
import HTTP
import JSON
import Pages
import Simulator
import System
import Text
import WeCom

/// The pages as somebody sees them: a person at a tab, in a language, with what the tab's address says is open.
struct BenchView: Sendable {
    let playground: Playground
    let viewer: Viewer
    let look: Look
    /// `chat`, `wire` or `faults`: the one that is seen where there is room for one. An address that names an exchange shows it.
    let view: String
    /// True if the list is seen where there is no room for a chat beside it: the address names none, or asks for the list.
    let isListOpen: Bool
    let scope: FaultScope
    let pickedEntry: Int?
    /// The last exchange that the tab had before it asks for all anew.
    let seenEntry: Int?

    init(_ playground: Playground, _ viewer: Viewer, look: Look, query: Query, seen: Int? = nil) {
        self.playground = playground
        self.viewer = viewer
        self.look = look
        view = ["chat", "wire", "faults"].first { query["view"] == $0 } ?? (query["wire"] == nil ? "chat" : "wire")
        isListOpen = query["chat"] == nil || query["list"] != nil
        scope = query["scope"].flatMap(FaultScope.init) ?? .app
        pickedEntry = query["wire"].flatMap { Int($0) }
        seenEntry = seen
    }

    /// The texts of the pages, in the language of this one.
    var words: Language { look.language }
    var roster: Roster { playground.roster }
    var wecom: FakeWeCom { playground.wecom }

    var page: Page {
        // Before anything is read: what changes meanwhile is told, and told twice at the worst.
        let position = playground.feed.position
        return Page(
            title, in: look, style: PlaygroundAssets.style,
            script: PlaygroundAssets.script, favicon: PlaygroundAssets.favicon,
            body: [
                .data("view", view), .data("state", "live"),
                .data("lost", words("没有连接，没有做", "No connection: nothing was done")),
                .data("later", words("没有连接，恢复后打开", "No connection: this opens once there is one again")),
            ]
        ) {
            tag(.a, .class("skip"), .href("#text")) { words("跳到输入框", "Skip to the message") }
            bar
            tag(
                .main, .data("seq", position), .data("of", "\(viewer.identity) \(viewer.chat?.text ?? "")"),
                .data("events", "/events\(viewer.address(with: "&scope=\(scope.rawValue)").dropFirst())"),
                .data("open", isListOpen ? "list" : "talk")
            ) {
                client
                tag(.div, .class("rear")) {
                    faults
                    wire
                }
            }
            peopleDialog
            keysDialog
            tag(.p, .id("toast"), .class("toast"), .role("status"), .hidden)
        }
    }

    /// The title, with the number of chats that have something new.
    private var title: String {
        let name = "\(words("演练场", "Playground")) · wecom-router"
        return unreadChats == 0 ? name : "(\(unreadChats)) \(name)"
    }

    /// The attribute by which a key presses something, unless somebody wants no single keys.
    func key(_ key: String) -> Attribute? { look.hasKeys ? .data("key", key) : nil }

    // MARK: Live

    /// True if this tab has a part where something of that place stands.
    func shows(_ place: PlaygroundPlace) -> Bool {
        switch place {
        case .entry(let place): place.chat == viewer.chat
        case .chat(let chat): chat.isOf(viewer.member, in: roster)
        case .wire, .wireCleared, .faults, .clock: true
        }
    }

    /// The events by which the tab is told of places that have changed.
    func events(for places: [PlaygroundPlace]) -> [LiveEvent] {
        let wires = LinkedWires(wecom.wire.entries)
        let isTold = places.contains { if case .chat = $0 { true } else { false } }
        return places.flatMap { events(for: $0, wires) }
            + (isTold ? [.put(Page.title(title), .replace, at: "", key: "title")] : [])
    }

    private func events(for place: PlaygroundPlace, _ wires: LinkedWires) -> [LiveEvent] {
        switch place {
        case .entry(let place): return [entryEvent(place, wires)]
        case .chat(let chat):
            // A tab that is told of its own chat is seen: hidden ones soon close.
            if chat == viewer.chat { _ = playground.book.withLock { $0.read(chat, by: viewer.member.user) } }
            return [.put(listItem(chat), .top, at: "chats", key: itemID(chat))]
        case .wire(let id):
            guard let entry = wecom.wire.entry(id) else { return [] }
            return [.put(row(entry), .append, at: "rows", key: rowID(id))]
        case .wireCleared: return [.put(rows, .replace, at: "wire", key: "rows")]
        case .faults:
            return [
                .put(faults, .replace, at: "rear", key: "faults"), .put(strip, .replace, at: "talk", key: "strip"),
                .put(faultBadge, .replace, at: "bar", key: "badge"),
            ]
        case .clock: return [.put(clock, .replace, at: "bar", key: "clock")]
        }
    }

    private func entryEvent(_ place: ChatBook.EntryPlace, _ wires: LinkedWires) -> LiveEvent {
        let log = playground.book.withLock { $0.log(place.chat) }
        guard let index = log.entries.lastIndex(where: { $0.id == place.id }) else {
            return .put(.empty, .remove, at: "log", key: entryID(place.id))
        }
        let before = index > 0 ? log.entries[index - 1] : nil
        return .put(item(log.entries[index], after: before, wires), .append, at: "log", key: entryID(place.id))
    }
}

/// The exchanges of the wire, by the ids of what people see of them.
struct LinkedWires {
    private var entries: [String: [WireEntry]] = [:]

    init(_ all: [WireEntry]) {
        for entry in all {
            for link in entry.links { entries[link, default: []].append(entry) }
        }
    }

    /// Those of an entry, each once, in order.
    func of(_ links: Set<String>) -> [WireEntry] {
        var seen: Set<Int> = []
        return links.flatMap { entries[$0] ?? [] }.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
    }
}
