import WeCom

extension ConfigurationDraft {
    /// A text whose lines know what they came from.
    struct Rendered {
        private(set) var text = ""
        private(set) var origins: [Int: Place] = [:]
        private var count = 0

        fileprivate mutating func add(_ line: String, from origin: Place? = nil) {
            count += 1
            if let origin { origins[count] = origin }
            text += line + "\n"
        }

        fileprivate mutating func add(_ line: Line, indented: String) {
            let remark = line.remark.map { "  # \($0)" } ?? ""
            add("\(indented)\(line.key): \(line.value)\(remark)", from: line.origin)
        }
    }

    /// The configuration.
    var rendered: Rendered {
        var out = Rendered()
        for remark in remarks { out.add(remark.isEmpty ? "#" : "# \(remark)") }
        if !server.isEmpty {
            out.add("")
            out.add("server:")
            for line in server { out.add(line, indented: "  ") }
        }
        out.add("")
        out.add("agents:")
        for agent in agents {
            for remark in agent.remarks { out.add("  # \(remark)") }
            out.add("  \(agent.name):", from: agent.origin)
            for line in agent.lines { out.add(line, indented: "    ") }
        }
        out.add("")
        out.add("apps:")
        for app in apps {
            for remark in app.remarks { out.add("  # \(remark)") }
            out.add("  - name: \(app.name)", from: app.origin)
            for line in app.lines { out.add(line, indented: "    ") }
        }
        addBots(to: &out)
        return out
    }

    private func addBots(to out: inout Rendered) {
        guard !bots.isEmpty else { return }
        out.add("")
        out.add(
            "# Bots are not moved in; docs/bots.md says how to set one up. What was said of them, but for their secrets:"
        )
        out.add("# bots:")
        for bot in bots {
            out.add("#   - name: \(bot.name)")
            for line in bot.lines { out.add("#     \(line.key): \(line.value)") }
        }
    }

    /// The `.env` for it: `others` are its lines that stay.
    func environmentText(after others: String = "") -> String {
        let lines = variables.map { "\($0.name)=\(environmentValue($0.value.reveal()))\n" }
        return others + lines.joined()
    }
}

/// A value as `EnvironmentFile` reads it back.
private func environmentValue(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-/@:+=,%".utf8.contains($0) }
    if isPlain { return text }
    let escaped = text.utf8.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "\n"): Array("\\n".utf8)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        default: [byte]
        }
    }
    return "\"\(String(decoding: escaped, as: UTF8.self))\""
}
