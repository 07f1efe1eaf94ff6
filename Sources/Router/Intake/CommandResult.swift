/// The result of a command, as the store knows it.
package enum CommandResult: Sendable, Equatable {
    /// Begun. That many messages of the session before are still to be answered.
    case newSession(waiting: Int)
    /// Stopped: whether anything ran, and the number of waiting messages that are cancelled. `others`: the turn that runs is other
    /// members', and goes on.
    case stopped(running: Bool, waiting: Int, others: Bool = false)
    case status(ConversationStatus)
    /// The messages that wait, in order.
    case queue([String])
    case dropped(String)
    case noSuchItem(Int)
    case retried(String)
    case nothingToRetry
    /// The queue has as many jobs as it may.
    case queueIsFull
    case help
}
