import Text

/// The form of a file that is no configuration of ours, as far as its first lines tell.
enum ForeignFormat: Sendable {
    case json, toml, ini, variables

    /// Nil for what may be YAML.
    init?(_ text: String) {
        let lines = (text.after("\u{FEFF}") ?? text[...]).lines.lazy.map(\.withoutSpaceAround)
            .filter { line in !["#", ";", "//"].contains { line.begins(with: $0) } && !line.isEmpty }
        guard let first = lines.first else { return nil }
        if first.begins(with: "{") || first.begins(with: "[{") || first.isSame(as: "[") {
            guard ForeignFormat.isJSON(text) else { return nil }
            self = .json
            return
        }
        guard ForeignFormat.isHeader(first) || ForeignFormat.assignment(first) != nil else { return nil }
        let assignments = lines.compactMap(ForeignFormat.assignment)
        if !lines.contains(where: ForeignFormat.isHeader),
            assignments.allSatisfy({ isVariableName($0.name) && $0.isShell })
        {
            self = .variables
        } else {
            self = assignments.allSatisfy { ForeignFormat.isTOML($0.value) } ? .toml : .ini
        }
    }

    /// JSON has its keys in quotes; YAML's braces hold them without.
    private static func isJSON(_ text: String) -> Bool {
        let marks = text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }.prefix(3)
        let inside = marks.drop { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }.first
        return inside.map { "\"/]}".utf8.contains($0) } ?? true
    }

    /// `[section]`, or `[[item]]`.
    private static func isHeader(_ line: Substring) -> Bool {
        guard line.begins(with: "["), line.ends(with: "]") else { return false }
        return line.utf8.allSatisfy { $0.isASCIILetterOrDigit || "[]_-. \"':/".utf8.contains($0) }
    }

    private struct Assignment {
        let name: String
        let value: Substring
        /// True if its sign has no space around it.
        let isShell: Bool
    }

    private static func assignment(_ line: Substring) -> Assignment? {
        guard let (before, behind) = (line.after("export ") ?? line).cut(around: "=") else { return nil }
        let name = before.withoutSpaceAround
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "_-. \"'".utf8.contains($0) }) else {
            return nil
        }
        let value = behind.withoutSpaceAround
        return Assignment(
            name: String(name), value: value, isShell: name.isSame(as: before) && value.isSame(as: behind))
    }

    /// TOML has its texts in quotes.
    private static func isTOML(_ value: Substring) -> Bool {
        guard let first = value.utf8.first else { return false }
        return "\"'[{+-".utf8.contains(first) || first.isASCIIDigit || value.begins(with: "true")
            || value.begins(with: "false")
    }

    var complaint: String {
        let wanted = "a configuration is YAML, with agents: and apps: as in the config.yaml that comes with the program"
        return switch self {
        case .json: "this is JSON, and not a configuration of ours: \(wanted)"
        case .toml: "this is TOML: \(wanted)"
        case .ini: "this is an INI file: \(wanted)"
        case .variables:
            "this is a list of variables: name it with --env-file, or leave it beside the configuration as .env; \(wanted)"
        }
    }
}
