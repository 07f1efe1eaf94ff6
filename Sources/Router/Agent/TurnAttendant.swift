package import JSON

/// Attends to a turn while its agent is at work: hears what it lets be known, and asks people in its name.
package protocol TurnAttendant: Sendable {
    /// Takes note of an event. After `.started` it returns once the state is on disk, and throws where it cannot be: the
    /// turn is not ours any more, or the disk takes nothing.
    func hear(_ event: TurnEvent) async throws

    /// Asks the person, and waits for the answer, for the end of their time, or for the task to be cancelled, which
    /// withdraws the question.
    func ask(_ question: Question) async throws -> Answer

    /// The way back to us, for an agent that is elsewhere and calls: links to what was sent along, and the address to
    /// which it tells events. nil where the outside cannot reach us.
    func returnPath() async throws -> ReturnPath?

    /// The calls of the agent that arrived behind the one with that `arrival`, 0 for all, in the order in which they
    /// came, as soon as there are any. Each of its numbers comes once.
    func calls(after arrival: Int64) async throws -> [AgentCall]

    /// Tells the person, before anything else of the turn, that the files which the agent had in its working directory are lost.
    func tellOfLostFiles() async throws

    /// True if a turn that is stopped goes on later, or elsewhere: our process ends, or another worker has the job. An
    /// agent that outlives us is not told to stop then.
    var goesOnLater: Bool { get }
}

extension TurnAttendant {
    /// There is nobody to tell.
    package func tellOfLostFiles() async throws {}
    package var goesOnLater: Bool { false }
}

/// The way back to us about one job, for an agent that is elsewhere.
package struct ReturnPath: Sendable {
    /// The address where it posts events, and asks how its job stands.
    package let url: String
    /// The token that it proves itself by; it dies with the job.
    package let token: String
    /// The links to what was sent along, each at its place in `Turn.attachments`: anybody who has the link may fetch it
    /// while the job lives.
    package let files: [String]

    package init(url: String, token: String, files: [String]) {
        self.url = url
        self.token = token
        self.files = files
    }
}

/// Something that an agent told us by calling.
package struct AgentCall: Sendable, Equatable {
    /// From 1 on, by the agent's own count.
    package let seq: Int64
    package let body: JSONValue
    /// Rises from call to call in the order in which they came, whatever their own count says; 0 for one that has not
    /// arrived yet.
    package let arrival: Int64

    package init(seq: Int64, body: JSONValue, arrival: Int64 = 0) {
        self.seq = seq
        self.body = body
        self.arrival = arrival
    }

    /// True if so many bytes may come behind what was told about the job before.
    package func mayCome(behind count: Int, holding before: Int, with bytes: Int) -> Bool {
        let most = AgentCall.mostOfOneJob - (isLast ? 0 : AgentCall.keptForTheLast)
        return count < most && before + bytes <= AgentCall.mostBytesOfOneJob
    }

    /// It tells how the turn ends.
    private var isLast: Bool { body["type"] == "final" || body["type"] == "error" }

    /// More is not told about one job.
    package static let mostOfOneJob = 10_000
    /// The number of calls that are kept for the end of a job, which must be heard whatever was told before.
    package static let keptForTheLast = 10
    package static let mostBytesOfOneJob = 32 << 20
}
