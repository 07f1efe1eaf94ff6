import Text

/// The text of an agent in a turn, put together from its chunks.
struct ACPText {
    /// All of it, as far as there is room.
    private(set) var all = ""
    /// The text since it last used a tool.
    private(set) var last = ""
    private var message: String?
    private var startsParagraph = false

    static let limit = 4 << 20

    /// Adds a chunk of a message; returns what is new, with what parts it from the text before.
    mutating func add(_ chunk: String, of message: String?) -> String {
        if let message, message != self.message {
            startsParagraph = startsParagraph || self.message != nil
            self.message = message
        }
        guard !chunk.isEmpty else { return "" }
        let isNewParagraph = startsParagraph && !all.isEmpty
        startsParagraph = false
        let new = (isNewParagraph ? "\n\n" : "") + chunk
        let hasRoom = all.utf8.count < ACPText.limit
        ACPText.append(new, to: &all)
        ACPText.append(last.isEmpty ? chunk : new, to: &last)
        return hasRoom ? new : ""
    }

    /// The agent uses a tool: what it says from here on stands by itself.
    mutating func noteTool() {
        last = ""
        startsParagraph = true
    }

    func final(_ policy: ACPOptions.FinalText) -> String {
        policy == .last && last.hasWords ? last : all
    }

    private static func append(_ new: String, to text: inout String) {
        text += new.beginning(bytes: limit - text.utf8.count)
    }
}
