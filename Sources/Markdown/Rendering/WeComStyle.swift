import Text

extension Document {
    /// In the part of Markdown that WeCom shows: headings, bold, links, code in a line, quotes, colours. All else is written so
    /// that it reads well where it is shown as it stands. Nothing is escaped: WeCom knows no escapes.
    package var wecomMarkdown: String { BlockRenderer(WeComStyle()).text(of: blocks) }
}

struct WeComStyle: Style {
    let separatesHeadings = false

    /// Marks do not reach over a line end, and not over the white space within them.
    func strong(_ text: String) -> String {
        text.lines.map { line in
            let body = line.withoutSpaceAround
            return body.isEmpty
                ? String(line) : "\(line[..<body.startIndex])**\(body)**\(line[body.endIndex...])"
        }.joined(separator: "\n")
    }

    func code(_ text: String) -> String { text.utf8.contains(0x60) ? text : "`\(text)`" }

    func font(_ color: FontColor, _ text: String) -> String { "<font color=\"\(color.rawValue)\">\(text)</font>" }

    func link(_ text: String, to destination: String) -> String {
        guard let address = address(destination) else { return PlainStyle().link(text, to: destination) }
        return "[\(label(text))](\(address))"
    }

    /// WeCom opens nothing but addresses of the web and of mail.
    private func address(_ destination: String) -> String? {
        guard ["http://", "https://", "mailto:"].contains(where: { destination.begins(withAnyCaseOf: $0) }) else {
            return nil
        }
        return destination.replacing(word: " ", by: "%20").replacing(word: "(", by: "%28").replacing(
            word: ")", by: "%29")
    }

    private func label(_ text: String) -> String {
        text.replacing(word: "[", by: "［").replacing(word: "]", by: "］")
    }

    func heading(_ text: String, level: Int) -> String {
        "\(String(repeating: "#", count: level)) \(text.lines.filter { !$0.isEmpty }.joined(separator: " "))"
    }

    func codeBlock(_ code: String, language: String?) -> [String] {
        let lines = code.lines.map(String.init)
        let longest = lines.map { $0.utf8.drop { $0 == 0x20 }.prefix { $0 == 0x60 }.count }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + (language ?? "")] + lines + [fence]
    }

    /// Spaces at the beginning of a line are not shown; ideographic ones are.
    func indentation(below marker: String) -> String { "\u{3000}" }

    func width(of cell: String, visibleText: String) -> Int { visibleText.displayWidth }
}
