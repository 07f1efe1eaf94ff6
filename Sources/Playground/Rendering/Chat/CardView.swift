import HTML
import JSON
import Pages
import Simulator
import Text

/// A template card as people see it: its parts in WeCom's order, and what can be pressed.
struct CardView {
    let card: FakeCard
    let entry: ChatEntry
    let words: Language
    /// The fields by which its form says who presses.
    let identity: HTML

    private var json: JSONValue { card.json }
    private var isSending: Bool { entry.pressed != nil }

    var html: HTML {
        tag(.form, .class("card"), .post, .action("/act/press"), .data("act", "")) {
            identity
            tag(.input, .type("hidden"), .name("entry"), .value("\(entry.id)"))
            source
            title
            figure
            quote
            image
            text("st", json["sub_title_text"])
            pairs
            rows
            questions
            jumps
            buttons
        }
    }

    private func text(_ name: String, _ value: JSONValue?) -> HTML {
        value?.string.map { text in tag(.p, .class(name)) { text } } ?? .empty
    }

    private var source: HTML {
        let name = json["source"]?["desc"]?.string
        guard name != nil || !card.menu.isEmpty else { return .empty }
        return tag(.header) {
            if let name {
                Portrait(name: name, seed: name).html
                tag(.span) { name }
            }
            if !card.menu.isEmpty {
                tag(.details, .class("menu"), .id("more-\(entry.id)")) {
                    tag(.summary, .class("b", "q", "ic"), .aria("label", words("更多", "More"))) { Icon.dots.drawn() }
                    for item in card.menu { press(item.text, item.key, "q") }
                }
            }
        }
    }

    private var title: HTML {
        let title = json["main_title"]?["title"]?.string
        let text = json["main_title"]?["desc"]?.string
        guard title != nil || text != nil else { return .empty }
        return tag(.div, .class("tt")) {
            if let title { tag(.b) { title } }
            if let text { tag(.p) { text } }
        }
    }

    private var figure: HTML {
        guard let emphasis = json["emphasis_content"] else { return .empty }
        return tag(.div, .class("em")) {
            if let title = emphasis["title"]?.string { tag(.b) { title } }
            if let text = emphasis["desc"]?.string { tag(.span) { text } }
        }
    }

    private var quote: HTML {
        guard let quote = json["quote_area"] else { return .empty }
        return tag(.blockquote) {
            if let title = quote["title"]?.string { tag(.b) { title } }
            if let text = quote["quote_text"]?.string { tag(.span) { text } }
        }
    }

    /// A picture is elsewhere, and nothing from there is fetched: its place is kept and its address told.
    @HTMLBuilder private var image: HTML {
        if let area = json["image_text_area"] {
            tag(.div, .class("vc")) {
                if let title = area["title"]?.string { tag(.b) { title } }
                if let text = area["desc"]?.string { tag(.span) { text } }
            }
        }
        if let address = json["card_image"]?["url"]?.string {
            tag(.div, .class("hero"), .role("img"), .aria("label", words("卡片图片", "Picture")), .title(address)) {
                Icon.img.drawn()
            }
        }
    }

    private var pairs: [HTML] {
        (json["vertical_content_list"]?.array ?? []).map { pair in
            tag(.div, .class("vc")) {
                if let title = pair["title"]?.string { tag(.b) { title } }
                if let text = pair["desc"]?.string { tag(.span) { text } }
            }
        }
    }

    private var rows: HTML {
        let rows = json["horizontal_content_list"]?.array ?? []
        guard !rows.isEmpty else { return .empty }
        return tag(.dl) {
            for row in rows {
                tag(.dt) { row["keyname"]?.string ?? "" }
                tag(.dd) { value(of: row) }
            }
        }
    }

    private func value(of row: JSONValue) -> HTML {
        let text = row["value"]?.string ?? ""
        let target = [row["url"], row["media_id"], row["userid"]].compactMap { $0?.string }.first
        guard let target, row["type"]?.integer ?? 0 != 0 else { return HTML(text) }
        return MarkdownView.link(to: target) { text }
    }

    private var jumps: HTML {
        let jumps = json["jump_list"]?.array ?? []
        let whole = json["card_action"]?["url"]?.string ?? json["card_action"]?["appid"]?.string
        return tag(.div, .class("jp")) {
            for jump in jumps {
                MarkdownView.link(to: jump["url"]?.string ?? jump["appid"]?.string ?? jump["question"]?.string ?? "") {
                    tag(.span) { jump["title"]?.string ?? "" }
                    Icon.right.drawn(.small)
                }
            }
            if jumps.isEmpty, let whole {
                MarkdownView.link(to: whole) {
                    tag(.span) { words("查看详情", "Open") }
                    Icon.right.drawn(.small)
                }
            }
        }
    }

    // MARK: What can be answered

    private var isOver: Bool { card.ending?.isEmpty == false }

    private var questions: [HTML] {
        let choices: [HTML] = [json["checkbox"]].compactMap { $0 }.map { options($0) }
        let selections = [json["button_selection"]].compactMap { $0 } + (json["select_list"]?.array ?? [])
        return choices + selections.map { select($0) }
    }

    private func options(_ question: JSONValue) -> HTML {
        let isMany = question["mode"]?.integer == 1
        let key = question["question_key"]?.string ?? ""
        let isShut = isOver || isSending || question["disable"]?.bool == true
        return tag(.div, .class("ops"), .role(isMany ? "group" : "radiogroup")) {
            for option in question["option_list"]?.array ?? [] {
                tag(.label, .class("op")) {
                    tag(
                        .input, .id("q-\(entry.id)-\(key)-\(option["id"]?.string ?? "")"),
                        .type(isMany ? "checkbox" : "radio"), .name("q:\(key)"),
                        .value(option["id"]?.string ?? ""),
                        option["is_checked"]?.bool == true ? .checked : nil, isShut ? .disabled : nil)
                    tag(.span) { option["text"]?.string ?? "" }
                }
            }
        }
    }

    private func select(_ question: JSONValue) -> HTML {
        let key = question["question_key"]?.string ?? ""
        let chosen = question["selected_id"]?.string
        return tag(.label, .class("se")) {
            tag(.span) { question["title"]?.string ?? "" }
            tag(
                .select, .id("q-\(entry.id)-\(key)"), .name("q:\(key)"),
                isOver || isSending || question["disable"]?.bool == true ? .disabled : nil
            ) {
                for option in question["option_list"]?.array ?? [] {
                    let id = option["id"]?.string ?? ""
                    tag(.option, .value(id), id == chosen ? .selected : nil) { option["text"]?.string ?? "" }
                }
            }
        }
    }

    private var buttons: HTML {
        if let ending = card.ending, !ending.isEmpty {
            return tag(.div, .class("bt")) {
                tag(.button, .class("b"), .type("button"), .disabled) { ending }
            }
        }
        let list = json["button_list"]?.array ?? []
        guard !list.isEmpty || json["submit_button"] != nil else { return .empty }
        return tag(.div, .class("bt")) {
            for button in list {
                if button["type"]?.integer == 1 {
                    MarkdownView.link(to: button["url"]?.string ?? "") {
                        tag(.span, .class("b")) { button["text"]?.string ?? "" }
                    }
                } else {
                    press(button, style(button["style"]?.integer ?? 1))
                }
            }
            if let submit = json["submit_button"] { press(submit, "p") }
        }
    }

    private func style(_ number: Int64) -> String {
        switch number {
        case 2: "s2"
        case 3: "s3"
        case 4: "s4"
        default: "p"
        }
    }

    private func press(_ json: JSONValue, _ style: String) -> HTML {
        press(json["text"]?.string ?? "", json["key"]?.string ?? "", style)
    }

    private func press(_ text: String, _ key: String, _ style: String) -> HTML {
        tag(.button, .class("b", style), .name("key"), .value(key), isSending ? .disabled : nil) {
            if entry.pressed == key { Icon.again.drawn(.small, "spin") }
            text
        }
    }
}
