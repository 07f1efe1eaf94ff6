import JSON
import Text
import WeCom

/// A configuration that is about to be written, with the variables that its secrets are kept in.
struct ConfigurationDraft {
    /// A key with its value in YAML, and what it came from.
    struct Line {
        let key: String
        let value: String
        var origin: Place?
        var remark: String?

        init(_ key: String, _ value: String, from origin: Place? = nil, remark: String? = nil) {
            self.key = key
            self.value = value
            self.origin = origin
            self.remark = remark
        }
    }

    /// An agent, an app or a bot.
    struct Part {
        let name: String
        var lines: [Line]
        var origin: Place?
        /// Stand above it.
        var remarks: [String] = []
    }

    /// Stand at the top.
    var remarks: [String] = []
    var server: [Line] = []
    var agents: [Part] = []
    var apps: [Part] = []
    var bots: [Part] = []
    private(set) var variables: [(name: String, value: Secret)] = []

    /// A reference to a variable that holds `secret`: one called `name`, or like it where that has another value.
    mutating func variable(_ name: String, holding secret: String) -> String {
        var (candidate, number) = (name, 1)
        while let known = variables.first(where: { $0.name == candidate }) {
            if known.value.reveal().isSame(as: secret) { return "${\(candidate)}" }
            number += 1
            candidate = "\(name)_\(number)"
        }
        variables.append((candidate, Secret(secret)))
        return "${\(candidate)}"
    }

    /// Adds a variable that the file refers to by its own name.
    mutating func keep(_ name: String, _ value: String) {
        if !variables.contains(where: { $0.name == name }) { variables.append((name, Secret(value))) }
    }

    /// The variable of an app's or agent's secret, as in `DEPT_A_TOKEN`.
    static func variableName(_ owner: String, _ what: String) -> String {
        let letters = owner.uppercasedASCII.utf8.map { $0.isASCIILetterOrDigit ? $0 : UInt8(ascii: "_") }
        let name = String(decoding: letters, as: UTF8.self) + "_" + what
        // Those that begin so may speak for keys of ours.
        let isTaken = name.begins(with: "WECOM_") || name.utf8.first?.isASCIIDigit == true
        return isTaken ? "APP_\(name)" : name
    }
}

/// Values in YAML.
enum YAMLText {
    /// A text as one value. `${` in it is a reference to a variable.
    static func of(_ text: String) -> String {
        let isPlain =
            text.utf8.first?.isASCIILetterOrDigit == true
            && text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-/@".utf8.contains($0) }
            && !["null", "true", "false", "yes", "no", "on", "off"].contains(text.lowercasedASCII)
        if isPlain { return text }
        if text.begins(with: "${"),
            text.utf8.dropFirst(2).dropLast().allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }),
            text.ends(with: "}")
        {
            return text
        }
        return quoted(text)
    }

    /// In double quotes, in which YAML reads every escape of JSON. What it does not allow as it is, or takes for the end of a
    /// line, is an escape as well.
    static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in JSONValue.string(text).text.unicodeScalars {
            switch scalar.value {
            case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }

    /// A reference within brackets or braces needs quotes.
    private static func inner(_ text: String) -> String { text.has("$") ? quoted(text) : of(text) }

    static func list(_ items: [String]) -> String { "[\(items.map(inner).joined(separator: ", "))]" }

    static func map(_ members: [(String, String)]) -> String {
        members.isEmpty ? "{}" : "{ \(members.map { "\(inner($0)): \(inner($1))" }.joined(separator: ", ")) }"
    }
}

extension String {
    /// The text with capitals of ASCII in the place of its small letters, as variables are named.
    var uppercasedASCII: String {
        String(decoding: utf8.map { $0.isASCIILowercase ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
}
