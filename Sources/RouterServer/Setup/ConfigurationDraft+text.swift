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

        /// The list of apps or bots, if there are any.
        fileprivate mutating func add(_ key: String, _ parts: [Part]) {
            guard !parts.isEmpty else { return }
            add("")
            add("\(key):")
            for part in parts { add(part, indented: "  ") }
        }

        fileprivate mutating func add(_ part: Part, indented: String) {
            for remark in part.remarks { add("\(indented)# \(remark)") }
            add("\(indented)- name: \(part.name)", from: part.origin)
            for line in part.lines { add(line, indented: indented + "  ") }
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
        out.add("apps", apps)
        out.add("bots", bots)
        return out
    }

    /// The `.env` for it: `others` are its lines that stay.
    func environmentText(after others: String = "") -> String {
        let lines = variables.map { "\($0.name)=\(environmentValue($0.value.reveal()))\n" }
        return others + lines.joined()
    }
}

extension ConfigurationDraft.Part {
    /// An entry of a list of apps or bots.
    func entry(indented: String) -> String {
        var out = ConfigurationDraft.Rendered()
        out.add(self, indented: indented)
        return out.text
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
