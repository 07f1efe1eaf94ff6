/// The part of a running turn that people see where an answer shows while it is written.
package enum Shown: String, Sendable, CaseIterable {
    case answer
    /// The agent's last steps, too.
    case tools
    /// And what it thinks.
    case thinking
}
