package import Router

/// Answers with what it was given, unchanged: the text, and the files.
package struct EchoAgent: Agent {
    package init() {}

    package func run(_ turn: Turn, report: @Sendable (TurnEvent) async -> Void) async throws -> Reply {
        Reply(turn.text, isMarkdown: false, files: turn.attachments.map { ReplyFile(path: $0.path, name: $0.name) })
    }
}
