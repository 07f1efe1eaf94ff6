/// The sandbox of Codex for the commands of its model. Each turn names it anew: a resumed one would go by the user's own
/// configuration instead.
package enum CodexSandbox: String, Sendable, CaseIterable {
    case readOnly = "read-only"
    case workspaceWrite = "workspace-write"
    case fullAccess = "danger-full-access"
}
