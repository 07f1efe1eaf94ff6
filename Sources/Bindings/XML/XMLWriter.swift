/// Writes elements in the shape WeCom writes them: text in CDATA, numbers plain.
package struct XMLWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// `<name><![CDATA[text]]></name>`
    package mutating func element(_ name: String, text: String) {
        element(name) { $0.characterData(text) }
    }

    /// `<name>42</name>`
    package mutating func element(_ name: String, number: some BinaryInteger) {
        element(name) { $0.bytes.append(contentsOf: String(number).utf8) }
    }

    /// `<name>…</name>` around what `content` writes.
    package mutating func element(_ name: String, _ content: (inout XMLWriter) -> Void) {
        tag("<", name)
        content(&self)
        tag("</", name)
    }

    /// The same with attributes, in their order.
    package mutating func element(
        _ name: String, _ attributes: [(String, String)], _ content: (inout XMLWriter) -> Void
    ) {
        bytes += "<\(name)".utf8
        for (name, value) in attributes {
            bytes += " \(name)=\"".utf8
            for byte in XMLText.permitted(value).utf8 { bytes += XMLWriter.escaped(byte) }
            bytes += "\"".utf8
        }
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        tag("</", name)
    }

    /// `<?xml …?>`, at the head of a document that is a file.
    package mutating func declaration() { bytes += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8 }

    /// The text inside an element.
    package mutating func text(_ text: String) { characterData(text) }

    /// A byte as an attribute's value has it: escaped where it cannot stand there, or would be read as a space.
    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "<"): Array("&lt;".utf8)
        case UInt8(ascii: "&"): Array("&amp;".utf8)
        case UInt8(ascii: "\""): Array("&quot;".utf8)
        case 0x09, 0x0A, 0x0D: Array("&#\(byte);".utf8)
        default: [byte]
        }
    }

    private mutating func tag(_ opening: String, _ name: String) {
        bytes.append(contentsOf: opening.utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    /// CDATA cannot hold `]]>`, so that is written in two sections. What XML forbids becomes U+FFFD.
    private mutating func characterData(_ text: String) {
        bytes.append(contentsOf: "<![CDATA[".utf8)
        var brackets = 0
        for byte in XMLText.permitted(text).utf8 {
            if byte == UInt8(ascii: ">"), brackets >= 2 { bytes.append(contentsOf: "]]><![CDATA[".utf8) }
            brackets = byte == UInt8(ascii: "]") ? brackets + 1 : 0
            bytes.append(byte)
        }
        bytes.append(contentsOf: "]]>".utf8)
    }
}
