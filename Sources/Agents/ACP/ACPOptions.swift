/// The options of an ACP agent, as the configuration has them.
package struct ACPOptions: Sendable, Equatable {
    /// The part of all that the agent says on its way which is its answer.
    package enum FinalText: String, Sendable, CaseIterable {
        /// The text behind its last use of a tool; all of it where nothing stands there.
        case last
        case all
    }

    package var permissions = PermissionPolicy()
    package var finalText = FinalText.last
    /// The mode and the model that its sessions are set to, by id or name; nil for its own choice.
    package var mode: String?
    package var model: String?
    /// The time for which a process is kept that nobody writes to.
    package var idle = Duration.seconds(10 * 60)
    /// The largest number of processes that are kept; the one whose conversation has rested longest goes first.
    package var maxProcesses = 256
    /// The longest time that a probe takes.
    package var probeTime = Duration.seconds(15)

    package init() {}
}
