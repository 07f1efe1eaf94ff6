package import System
package import WeCom

/// The command that starts an agent's program, as the configuration has it.
package struct AgentCommand: Sendable, Equatable {
    /// The program, and the arguments that somebody wrote for it.
    package var words: [String]
    /// Variables with their values, which may be secret.
    package var environment: [String: Secret] = [:]
    /// Variables of ours that it gets as they are, where they are set.
    package var passedVariables: [String] = []
    /// The user that it runs as; nil for our own.
    package var user: String?
    package var limits = ProgramLimits()
    /// True if it is shut in: it may read the system but nothing of ours, and write in its conversation's directory only.
    package var isShutIn = false
    /// Besides, what it may read although it lies among what is ours, and where it may write.
    package var readable: [String] = []
    package var writable: [String] = []
    /// The signals that stop it once its protocol's own way has not worked.
    package var ladder = StopLadder([
        .init(.interrupt, grace: .seconds(10)), .init(.terminate, grace: .seconds(10)),
    ])
    /// The time that its protocol's own way of stopping it may take; and the time to end once it has answered.
    package var grace = Duration.seconds(5)

    package init(_ words: [String]) { self.words = words }

    package var program: String { words.first ?? "" }
}
