/// An agent: a program, a service or an echo that answers.
package protocol Agent: Sendable {
    /// Answers one turn. What happens on the way is told to `attendant`. A cancelled task must end soon, with nothing of the
    /// turn at work any more, and then only throw.
    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply

    /// True if it is told who asks, which takes a look into the address book.
    var learnsWhoAsks: Bool { get }

    /// True if it remembers conversations: one that does names what it remembers them by.
    var remembers: Bool { get }

    /// True if it works in a directory of the conversation's, on a disk of ours.
    var worksInDirectory: Bool { get }

    /// True if the agent can be reached, knows us, and is what the configuration takes it for. Asks it nothing that
    /// anybody would have to pay for.
    func probe() async -> AgentProbe
}

extension Agent {
    package var learnsWhoAsks: Bool { true }
    package var remembers: Bool { true }
    package var worksInDirectory: Bool { false }

    /// There is nothing that could be missing.
    package func probe() async -> AgentProbe { AgentProbe() }
}

/// The result of a look at an agent.
package struct AgentProbe: Sendable, Equatable {
    /// Something that keeps it from answering, or may.
    package struct Trouble: Sendable, Equatable {
        package let reason: String
        /// The remedy.
        package let advice: String
        /// The key of the agent's configuration that is at fault, where one is.
        package let key: String?

        package init(_ reason: String, advice: String, key: String? = nil) {
            self.reason = reason
            self.advice = advice
            self.key = key
        }
    }

    /// The agent's own description, where it gives one: a version, a model.
    package var description: String?
    package var troubles: [Trouble]

    package init(_ description: String? = nil, troubles: [Trouble] = []) {
        self.description = description
        self.troubles = troubles
    }
}
