import Text

/// Decides about an agent's use of a tool: the person is asked, or it is allowed or denied without a question.
package struct PermissionPolicy: Sendable, Equatable {
    package enum Decision: String, CaseIterable, Sendable { case ask, allow, deny }

    /// The decision about tools that `byTool` does not have.
    package var standard: Decision
    /// By a tool's name or kind, in any case.
    package var byTool: [String: Decision]

    package init(_ standard: Decision = .ask, byTool: [String: Decision] = [:]) {
        self.standard = standard
        self.byTool = byTool
    }

    /// The name wins over the kind.
    package func decision(forTool name: String, kind: String?) -> Decision {
        decision(for: name) ?? kind.flatMap(decision(for:)) ?? standard
    }

    private func decision(for word: String) -> Decision? {
        let word = word.lowercasedASCII
        return byTool.first { $0.key.lowercasedASCII.isSame(as: word) }?.value
    }
}
