/// An app or bot that the configuration has and that is not served for now. What it had accepted waits until it is.
package struct DormantApp: Sendable {
    package enum Reason: String, Sendable, CaseIterable {
        /// `enabled: false`.
        case disabled
        /// A bot that would connect, and that no agent answers.
        case unbound
        /// `serve --only` names others.
        case leftOut = "left_out"
    }

    package let app: App
    package let reason: Reason

    package init(_ app: App, _ reason: Reason) {
        self.app = app
        self.reason = reason
    }
}
