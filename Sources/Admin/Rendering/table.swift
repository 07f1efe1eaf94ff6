import HTML
import Pages

/// A table of a page: its head, and rows that the caller makes. Where there is no room it moves sideways in its box.
func table(_ label: String, _ heads: [Head], @HTMLBuilder rows: () -> HTML) -> HTML {
    let rows = rows()
    return tag(.div, .class("pan", "tbl"), .tabindex(0), .role("group"), .aria("label", label)) {
        tag(.table) {
            tag(.thead) {
                tag(.tr) {
                    for head in heads {
                        tag(.th, .class(head.style), .plain(.scope, "col")) {
                            head.isSeen ? HTML(head.words) : tag(.span, .class("vh")) { head.words }
                        }
                    }
                }
            }
            tag(.tbody) { rows }
        }
    }
}

/// The head of a column.
struct Head {
    let words: String
    let style: String
    /// False of one that is read out and not shown.
    var isSeen = true

    /// `r` is for numbers, `hide-s` for what there is no room for on a phone.
    init(_ words: String, _ style: String = "") {
        self.words = words
        self.style = style
    }

    /// The head of what can be done to a row.
    static func acts(_ words: Language) -> Head {
        var head = Head(words("操作", "Actions"))
        head.isSeen = false
        return head
    }
}

/// The place of a list that has nothing in it.
func empty(_ words: String, @HTMLBuilder more: () -> HTML = { .empty }) -> HTML {
    let more = more()
    return tag(.div, .class("pan", "empty")) {
        tag(.p) { words }
        more
    }
}
