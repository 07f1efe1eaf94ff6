package import Router
import System
import WeCom

/// A store in memory that decides nothing: it loads a `ConversationMachine`, runs an event, and applies what comes back.
///
/// It runs each event twice, with all that there is to know and with the little that a store loads for it, and requires the
/// same of both. So it proves what the machine's methods say that they need.
package final class Reference {
    var identifiers = IdentifierSource(node: 0, notBefore: 0)
    let recovery: CrashRecovery
    /// Counts each kind of change that was applied.
    private(set) var changes: [String: Int] = [:]

    private(set) var conversations: [ConversationKey: ReferenceConversation] = [:]
    private var order: [ReferenceConversation] = []
    var effects: [DedupKey: Effect] = [:]
    private var owners: [Int64: ReferenceConversation] = [:]
    private var largest: Int64 = 0
    private var lastMessage = 0

    package init(recovery: CrashRecovery = CrashRecovery()) { self.recovery = recovery }

    /// In the order in which they began.
    package var all: [ReferenceConversation] { order }

    package func conversation(_ key: ConversationKey) -> ReferenceConversation {
        if let known = conversations[key] { return known }
        let new = ReferenceConversation(key)
        conversations[key] = new
        order.append(new)
        return new
    }

    /// The conversation of a job, a delivery or a question: their numbers are never the same.
    package func owner(of number: Int64) -> ReferenceConversation? { owners[number] }

    func message(_ request: JobRequest) -> ReferenceJob.Message {
        lastMessage += 1
        return .init(
            number: lastMessage, text: request.message.text, sender: request.message.sender,
            address: request.message.replyAddress)
    }

    /// Begins to count where the records end, as a start does.
    func forgetIdentifiers() { identifiers = IdentifierSource(node: 0, notBefore: largest) }

    // MARK: Events

    /// Runs an event on the rules as a store loads them and with everything known, and applies what comes of it.
    func decide<Result: Equatable>(
        _ conversation: ReferenceConversation, at now: Timestamp, bringing message: ReferenceJob.Message? = nil,
        countingMessages: Bool = false, for caller: UserID? = nil, knowing needed: ConversationMachine,
        _ event: (inout ConversationMachine) -> Result
    ) throws -> Result {
        var needed = needed
        var everything = conversation.everything(at: now, identifiers, countingMessages: countingMessages, for: caller)
        everything.learn(own: conversation.own(of: needed.own.member))
        let result = event(&needed)
        let changes = needed.takeChanges()
        let same = event(&everything)
        try demand(result == same, "with everything known it comes to \(same), not to \(result)")
        let others = everything.takeChanges()
        try demand(changes == others, "with everything known the changes are \(others), not \(changes)")
        identifiers = needed.identifiers
        for change in changes {
            try conversation.apply(change, bringing: message, at: now)
            note(change, of: conversation)
        }
        return result
    }

    private func note(_ change: ConversationChange, of conversation: ReferenceConversation) {
        changes[change.name, default: 0] += 1
        let number: Int64? =
            switch change {
            case .job(let id, .add), .job(let id, .copy): id.number
            case .question(let id, .add): id.number
            case .delivery(let id, .add), .delivery(let id, .copy): id.number
            default: nil
            }
        guard let number else { return }
        owners[number] = conversation
        largest = max(largest, number)
    }

    /// The rules with the places of a conversation.
    func places(_ conversation: ReferenceConversation, at now: Timestamp) -> ConversationMachine {
        conversation.places(at: now, identifiers)
    }
}
