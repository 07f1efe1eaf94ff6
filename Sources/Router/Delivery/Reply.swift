/// What an agent says, whole, and files that it made.
package struct Reply: Sendable, Equatable {
    package let text: String
    /// Most agents write Markdown; what is none goes out as it stands.
    package let isMarkdown: Bool
    package let files: [ReplyFile]

    package init(_ text: String, isMarkdown: Bool = true, files: [ReplyFile] = []) {
        self.text = text
        self.isMarkdown = isMarkdown
        self.files = files
    }

    /// Whether there is nothing in it to read or to open.
    package var isEmpty: Bool { files.isEmpty && text.allSatisfy(\.isWhitespace) }
}

/// A file that an agent made, where it lies.
package struct ReplyFile: Sendable, Equatable {
    package let path: String
    /// What the person is to see it called.
    package let name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}
