extension Document {
    /// In the part of Markdown that WeCom shows: headings, bold, links, code in a line, quotes, colours. All else is written so
    /// that it reads well where it is shown as it stands. Nothing is escaped: WeCom knows no escapes.
    package var wecomMarkdown: String { BlockRenderer(WeComStyle()).text(of: blocks) }
}

struct WeComStyle: Style {
    let separatesHeadings = false

    /// Marks do not reach over a line end, and not over the white space within them.
    func strong(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let start = line.prefix(while: \.isWhitespace)
            let body = line.dropFirst(start.count)
            let end = body.reversed().prefix(while: \.isWhitespace).count
            return body.isEmpty ? String(line) : "\(start)**\(body.dropLast(end))**\(body.suffix(end))"
        }.joined(separator: "\n")
    }

    func code(_ text: String) -> String { text.contains("`") ? text : "`\(text)`" }

    func font(_ color: FontColor, _ text: String) -> String { "<font color=\"\(color.rawValue)\">\(text)</font>" }

    func link(_ text: String, to destination: String) -> String {
        guard let address = address(destination) else { return PlainStyle().link(text, to: destination) }
        return "[\(label(text))](\(address))"
    }

    /// WeCom opens nothing but addresses of the web and of mail.
    private func address(_ destination: String) -> String? {
        guard ["http://", "https://", "mailto:"].contains(where: { destination.lowercased().hasPrefix($0) }) else {
            return nil
        }
        return destination.map { [" ": "%20", "(": "%28", ")": "%29"][$0] ?? String($0) }.joined()
    }

    private func label(_ text: String) -> String {
        String(text.map { ["[": "［", "]": "］"][$0] ?? $0 })
    }

    func heading(_ text: String, level: Int) -> String {
        "\(String(repeating: "#", count: level)) \(text.split(separator: "\n").joined(separator: " "))"
    }

    func codeBlock(_ code: String, language: String?) -> [String] {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let longest = lines.map { $0.drop { $0 == " " }.prefix { $0 == "`" }.count }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + (language ?? "")] + lines + [fence]
    }

    /// Spaces at the beginning of a line are not shown; ideographic ones are.
    func indentation(below marker: String) -> String { "\u{3000}" }

    func width(of cell: String, visibleText: String) -> Int { visibleText.displayWidth }
}
