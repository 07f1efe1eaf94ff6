/// What an agent says, whole.
package struct Reply: Sendable, Equatable {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// Whether there is nothing in it to read.
    package var isEmpty: Bool { text.allSatisfy(\.isWhitespace) }
}

/// A piece of a reply that fits one WeCom message, and where it goes.
package struct Part: Sendable, Equatable {
    package let address: ReplyAddress
    package let text: String

    package init(to address: ReplyAddress, _ text: String) {
        self.address = address
        self.text = text
    }
}
