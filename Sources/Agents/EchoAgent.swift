package import Router

/// Answers with the text it was given, unchanged: to see that everything else works.
package struct EchoAgent: Agent {
    package init() {}

    package func run(_ turn: Turn, report: @Sendable (TurnEvent) async -> Void) async throws -> Reply {
        Reply(turn.text)
    }
}
