import Text

/// A piece of a page, escaped by construction: what people wrote becomes text or the value of an attribute, and markup comes
/// from this module and from files of ours alone.
package struct HTML: Sendable, Equatable {
    /// UTF-8, ready to be sent.
    package private(set) var bytes: [UInt8]

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    package static let empty = HTML(bytes: [])

    /// Text, to be read as it was typed.
    package init(_ text: some StringProtocol) {
        bytes = []
        bytes.appendEscaped(text)
    }

    /// Markup that stands in our source.
    package init(markup: StaticString) {
        bytes = Array(markup.description.utf8)
    }

    /// Markup of a file of ours that is embedded in the program.
    package init(embedded file: [UInt8]) { bytes = file }

    package var isEmpty: Bool { bytes.isEmpty }
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func append(_ more: HTML) { bytes += more.bytes }

    package static func + (a: HTML, b: HTML) -> HTML { HTML(bytes: a.bytes + b.bytes) }
}

/// An element with its attributes and what is in it.
package func tag(_ element: Element, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML = { .empty }) -> HTML
{
    tag(element, attributes, content: content)
}

/// The same with attributes that are a list already.
package func tag(_ element: Element, _ attributes: [Attribute?], @HTMLBuilder content: () -> HTML = { .empty }) -> HTML
{
    var bytes: [UInt8] = [UInt8(ascii: "<")]
    bytes += element.rawValue.utf8
    for attribute in attributes { attribute?.write(to: &bytes) }
    bytes.append(UInt8(ascii: ">"))
    guard !element.isVoid else { return HTML(bytes: bytes) }
    bytes += content().bytes
    bytes += "</\(element.rawValue)>".utf8
    return HTML(bytes: bytes)
}

extension [UInt8] {
    /// Appends text so that no byte of it can end the text or begin markup. Controls that no document may hold are shown as
    /// replaced.
    mutating func appendEscaped(_ text: some StringProtocol) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): self += "&amp;".utf8
            case UInt8(ascii: "<"): self += "&lt;".utf8
            case UInt8(ascii: ">"): self += "&gt;".utf8
            case UInt8(ascii: "\""): self += "&quot;".utf8
            case UInt8(ascii: "'"): self += "&#39;".utf8
            case 0x09, 0x0A: append(byte)
            // A parser would make a line end of it.
            case 0x0D: self += "&#13;".utf8
            case 0..<0x20, 0x7F: self += "\u{FFFD}".utf8
            default: append(byte)
            }
        }
    }
}

extension HTML {
    /// The reference to a script, which is a module: it runs once the page is whole.
    package static func module(at path: String) -> HTML {
        var bytes = Array("<script type=\"module\" src=\"".utf8)
        bytes.appendEscaped(path)
        bytes += "\"></script>".utf8
        return HTML(bytes: bytes)
    }
}
