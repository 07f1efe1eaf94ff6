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
