/// An element of a document: what it is called, its own text and what it holds. Attributes are not kept.
package struct XMLElement: Sendable, Equatable {
    /// The name as written, without a namespace's prefix.
    package let name: String
    /// The text directly inside, CDATA or not, without that of the children.
    package let text: String
    package let children: [XMLElement]

    package init(name: String, text: String = "", children: [XMLElement] = []) {
        self.name = name
        self.text = text
        self.children = children
    }

    /// The first child called `name`, whatever the case of its ASCII letters: WeCom spells `AgentID` and `AgentId`.
    package subscript(_ name: String) -> XMLElement? {
        // By index: a loop over the elements would retain each, and all of its parts.
        for index in children.indices where sameIgnoringCase(children[index].name, name) { return children[index] }
        return nil
    }

    /// All children called `name`: WeCom repeats an element for a list.
    package func all(_ name: String) -> [XMLElement] { children.filter { sameIgnoringCase($0.name, name) } }
}

/// Names are mostly of different length or the very same, which is told without looking at each letter.
private func sameIgnoringCase(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return a == b || zip(a.utf8, b.utf8).allSatisfy { folded($0) == folded($1) }
}

private func folded(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
