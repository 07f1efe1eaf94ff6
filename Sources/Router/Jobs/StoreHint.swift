/// Something that another process may have to do: what processes that share a store tell each other. It says nothing that rows do not
/// say, and may be lost.
package enum StoreHint: String, Sendable {
    /// There may be jobs to run.
    case jobs
    /// Turns may have to stop, or have got answers.
    case turns
    /// There may be deliveries to carry. Told by who looks after the store: whoever writes one carries it, as a rule.
    case deliveries
    /// An operator has said something of a bot, or a process has let one go.
    case bots
}

extension Effect {
    /// The hints for others that go with it.
    package var hints: [StoreHint] {
        switch self {
        case .job, .appended: [.jobs]
        case .command(.stop): [.jobs, .turns]
        case .command(.retry), .command(.queue): [.jobs]
        case .answer: [.turns]
        case .command, .notice, .nothing: []
        }
    }
}
