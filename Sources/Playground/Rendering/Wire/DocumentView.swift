import HTML
import JSON
import Text
import XML

/// A document of the wire, line by line and with its names in another colour: XML or JSON; anything else as it stands.
struct DocumentView {
    private let bytes: [UInt8]
    private let isMasking: Bool

    init(_ bytes: [UInt8], masking: Bool) {
        self.bytes = bytes
        isMasking = masking
    }

    var html: HTML {
        tag(.pre) {
            if bytes.first == UInt8(ascii: "<"), let element = try? XMLElement(parsing: bytes) {
                html(element, depth: 0)
            } else if let json = try? JSONValue(parsing: bytes) {
                html(json, depth: 0)
            } else {
                isMasking ? Masking.masked(text) : text
            }
        }
    }

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    private func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
    private func name(_ text: String) -> HTML { tag(.span, .class("k")) { text } }
    private func value(_ text: String, of name: String?) -> HTML {
        tag(.span, .class("v")) { isMasking && Masking.isSecret(name ?? "") ? Masking.dots : text }
    }

    // MARK: XML

    @HTMLBuilder private func html(_ element: XMLElement, depth: Int) -> HTML {
        indentation(depth)
        "<"
        name(element.name)
        ">"
        if element.children.isEmpty {
            value(element.text, of: element.name)
        } else {
            "\n"
            for child in element.children { html(child, depth: depth + 1) }
            indentation(depth)
        }
        "</"
        name(element.name)
        ">\n"
    }

    // MARK: JSON

    @HTMLBuilder private func html(_ json: JSONValue, depth: Int, named memberName: String? = nil) -> HTML {
        switch json {
        case .object(let members) where !members.isEmpty:
            "{\n"
            for (index, member) in members.enumerated() {
                indentation(depth + 1)
                "\""
                name(member.name)
                "\": "
                html(member.value, depth: depth + 1, named: member.name)
                index + 1 < members.count ? ",\n" : "\n"
            }
            indentation(depth)
            "}"
        case .array(let elements) where !elements.isEmpty:
            "["
            for (index, element) in elements.enumerated() {
                html(element, depth: depth + 1, named: memberName)
                index + 1 < elements.count ? ", " : ""
            }
            "]"
        default: value(json.text, of: memberName)
        }
    }
}

/// The dots in the place of secrets that are somebody's own.
enum Masking {
    static let dots = "••••"
    private static let names = ["access_token", "corpsecret", "secret", "msg_signature", "aeskey", "response_url"]

    static func isSecret(_ name: String) -> Bool { names.contains { $0.isSame(as: name) } }

    /// Hides the values of parameters and of members of JSON that bear such a name.
    static func masked(_ text: String) -> String {
        names.reduce(text) { text, name in
            masked(masked(text, after: "\(name)=", until: "& \n'\""), after: "\"\(name)\":\"", until: "\"")
        }
    }

    private static func masked(_ text: String, after mark: String, until ends: String) -> String {
        var (out, rest) = ("", text[...])
        while let (before, behind) = rest.cut(around: mark) {
            let end = behind.utf8.firstIndex { ends.utf8.contains($0) } ?? behind.endIndex
            out += "\(before)\(mark)\(dots)"
            rest = behind[end...]
        }
        return out + rest
    }
}
