/// How an ACP agent is to be treated, as the configuration says.
package struct ACPOptions: Sendable, Equatable {
    /// What of all that the agent says on its way is its answer.
    package enum FinalText: String, Sendable, CaseIterable {
        /// What stands behind its last use of a tool; all of it where nothing does.
        case last
        case all
    }

    package var permissions = PermissionPolicy()
    package var finalText = FinalText.last
    /// The mode and the model that its sessions are set to, by id or name; nil for its own choice.
    package var mode: String?
    package var model: String?
    /// How long a process is kept that nobody writes to.
    package var idle = Duration.seconds(10 * 60)
    /// So many processes are kept at most; whose conversation has rested longest goes first.
    package var maxProcesses = 256
    /// How long a probe takes at most.
    package var probeTime = Duration.seconds(15)

    package init() {}
}
