import HTML
import Pages
import Text

extension Visit {
    /// The beginning of what somebody wrote, on one line; hidden from a viewer who has not asked for it.
    func excerpt(_ text: String, characters: Int = 60) -> HTML {
        guard showsTexts else { return tag(.span, .class("hid")) { words("（已隐藏）", "(hidden)") } }
        let line = text.utf8.contains(0x0A) ? text.lines.joined(separator: " ") : text
        return tag(.bdi) { line.cut(toCharacters: characters, bytes: 4 * characters, mark: "…") }
    }

    /// The whole of it, as it was typed.
    func quoted(_ text: String) -> HTML {
        guard showsTexts else { return hiddenTexts }
        return tag(.blockquote) { tag(.bdi) { text } }
    }

    /// The button by which a viewer has texts shown. The audit says who did.
    var hiddenTexts: HTML {
        tag(.div, .class("hid")) {
            tag(.p) {
                words("对只读身份隐藏了人们写的内容。", "What people wrote is hidden from viewers.")
            }
            form(to: "/admin/texts", words("显示（会记入操作记录）", "Show it (the audit says so)"), needsOperator: false)
        }
    }
}
