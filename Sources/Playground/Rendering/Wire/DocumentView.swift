import HTML
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
            } else if let lines = JSONLines(Array(text.utf8)) {
                html(lines)
            } else {
                text
            }
        }
    }

    private var text: String { masked(String(decoding: bytes, as: UTF8.self)) }
    private func masked(_ text: String) -> String { isMasking ? Masking.masked(text) : text }

    private func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
    private func name(_ text: String) -> HTML { tag(.span, .class("k")) { text } }
    private func value(_ text: String) -> HTML { tag(.span, .class("v")) { text } }

    // MARK: XML

    @HTMLBuilder private func html(_ element: XMLElement, depth: Int) -> HTML {
        indentation(depth)
        "<"
        name(element.name)
        ">"
        if element.children.isEmpty {
            value(isMasking && Masking.isSecret(element.name) ? Masking.dots : masked(element.text))
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

    @HTMLBuilder private func html(_ lines: JSONLines) -> HTML {
        for piece in lines.pieces {
            switch piece {
            case .layout(let text): text
            case .name(let text): name(text)
            case .value(let text): value(text)
            }
        }
    }
}
