package import JSON
import Text

/// An agent's answer, whole, and files that it made.
package struct Reply: Sendable, Equatable {
    package let text: String
    /// Most agents write Markdown; what is none goes out as it stands.
    package let isMarkdown: Bool
    package let files: [ReplyFile]
    /// The agent's session from now on; nil leaves what it named when it started.
    package var session: JSONValue?
    /// The tokens and money that the turn has used up, where the agent says so.
    package var usage: Usage?

    package init(
        _ text: String, isMarkdown: Bool = true, files: [ReplyFile] = [], session: JSONValue? = nil,
        usage: Usage? = nil
    ) {
        self.text = text
        self.isMarkdown = isMarkdown
        self.files = files
        self.session = session
        self.usage = usage
    }

    /// True if there is nothing in it to read or to open.
    package var isEmpty: Bool { files.isEmpty && !text.hasWords }
}

/// A file that an agent made, where it lies until the turn is settled.
package struct ReplyFile: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// A path of our own.
        case path(String)
        /// A path that the agent named. It counts from the agent's directory, or begins with it; what it leads to, links
        /// followed, must lie beneath that directory.
        case beneath(String, path: String)
        case bytes([UInt8])
    }

    package let place: Place
    /// The name that the person is to see.
    package let name: String

    package init(path: String, name: String) {
        self.init(.path(path), name: name)
    }

    package init(_ place: Place, name: String) {
        self.place = place
        self.name = name
    }
}
