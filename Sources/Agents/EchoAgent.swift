package import Router

/// Answers with what it was given, unchanged: the text, and the files.
package struct EchoAgent: Agent {
    package init() {}

    package var learnsWhoAsks: Bool { false }
    package var remembers: Bool { false }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        Reply(turn.text, isMarkdown: false, files: turn.attachments.map { ReplyFile(path: $0.path, name: $0.name) })
    }
}
