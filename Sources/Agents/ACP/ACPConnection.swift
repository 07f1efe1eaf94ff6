import JSON
import Router

/// The talk between us and the program of an agent, and what follows from it, as a value: each method takes an event and
/// returns what is to be done about it, in order. `ACPProcess` does it.
struct ACPConnection {
    enum Life: Equatable {
        /// Can transition to: stopping, ended.
        case running
        /// It is being stopped: of no use to a further turn.
        /// Can transition to: ended.
        case stopping
        /// The program and all that it started have ended.
        case ended(ACPEnded)
    }

    enum Action: Equatable {
        case send(JSONValue)
        /// One of our calls has come to this.
        case resume(Int64, with: Ending)
        /// The turn's attendant is told.
        case tell(TurnEvent)
        /// People are asked by the turn's attendant, which `settle` is told of.
        case ask(Question, number: Int)
        /// Those who are asked that need not answer any more.
        case withdraw(Int)
        /// The program gets its time to heed a cancel; `timeIsUp` is told when that is over.
        case allowTime(ticket: Int)
        /// The program is ended: its input is closed, and signals follow if that does not do.
        case stop
        /// The program is ended by signals at once.
        case signal
    }

    /// The end of a call.
    enum Ending: Equatable {
        case result(JSONValue)
        case failure(RPCError)
        case end(ACPEnded)
        /// The turn's attendant does not want to hear any more.
        case unheard
    }

    private(set) var life = Life.running
    var turn: ACPTurn?
    private var lastTicket = 0

    /// Our calls that have no answer yet.
    private var calls: Set<Int64> = []
    private var lastCall: Int64 = -1

    /// The program's description of itself; nil before it has started.
    private(set) var info: ACPAgentInfo?
    /// The session that it has open.
    private(set) var sessionID: String?
    /// The totals of its session, by its last report.
    var totals = ACPTotals()
    /// The totals of sessions by updates that came before one was known to be ours.
    var early: [String: ACPTotals] = [:]

    /// A further turn can use it.
    var isFit: Bool { life == .running && calls.isEmpty && turn == nil }

    /// It is fit, and has that session open, or none yet.
    func suits(_ state: ACPState?) -> Bool { isFit && (sessionID == nil || sessionID == state?.sessionID) }

    // MARK: Calls

    /// A call begins; its number.
    mutating func beginCall() throws(ACPEnded) -> Int64 {
        if case .ended(let end) = life { throw end }
        lastCall += 1
        calls.insert(lastCall)
        return lastCall
    }

    mutating func end(_ call: Int64, with ending: Ending) -> [Action] {
        guard calls.remove(call) != nil else { return [] }
        if turn?.prompt == call { turn?.phase = .answered }
        return [.resume(call, with: ending)]
    }

    private mutating func endCalls(with ending: Ending) -> [Action] {
        defer { calls = [] }
        return calls.sorted().map { .resume($0, with: ending) }
    }

    // MARK: The session

    mutating func initialised(_ info: ACPAgentInfo) { self.info = info }

    /// A session is about to be opened: what was heard of others counts no more.
    mutating func forgetEarly() { early = [:] }

    mutating func opened(_ session: String) {
        sessionID = session
        totals = early[session] ?? ACPTotals()
        early = [:]
    }

    // MARK: The turn

    /// A turn begins; its number is what it is cancelled by.
    mutating func begin(saying texts: ChatTexts) -> Int {
        precondition(turn == nil, "a conversation's turns follow one another")
        lastTicket += 1
        turn = ACPTurn(ticket: lastTicket, texts: texts)
        return lastTicket
    }

    /// The agent is prompted; the number of that call. Throws where the turn has been ended since it began.
    mutating func prompt() throws -> Int64 {
        guard let turn, !turn.isCancelled, turn.phase == .opening else { throw CancellationError() }
        let call = try beginCall()
        self.turn?.prompt = call
        self.turn?.phase = .prompting
        return call
    }

    /// Has the agent stop its turn, and the program end where it does not in time.
    mutating func cancel(_ ticket: Int) -> [Action] {
        guard let current = turn, current.ticket == ticket, !current.isCancelled else { return [] }
        turn?.isCancelled = true
        switch current.phase {
        case .answered: return []
        case .opening:
            beginStop()
            return [.stop]
        case .prompting:
            let cancel = RPCMessage.notification(
                "session/cancel", .members(("sessionId", sessionID.map(JSONValue.string))))
            return [.send(cancel)] + withdrawAll() + [.allowTime(ticket: ticket)]
        }
    }

    /// The time is over that an agent has to heed a cancel.
    mutating func timeIsUp(for ticket: Int) -> [Action] {
        guard turn?.ticket == ticket, turn?.phase == .prompting else { return [] }
        beginStop()
        return [.signal]
    }

    /// The turn's attendant does not want to hear any more: the turn is not ours.
    mutating func attendantLeft(_ ticket: Int) -> [Action] {
        guard turn?.ticket == ticket else { return [] }
        turn?.phase = .answered
        beginStop()
        return endCalls(with: .unheard)
    }

    /// The turn has its answer or its failure; people need not answer any more.
    mutating func finishTurn() -> [Action] {
        turn?.phase = .answered
        return withdrawAll()
    }

    /// The turn is over.
    mutating func endTurn() { turn = nil }

    // MARK: The end

    /// It is being stopped from now on, or has closed its output, which comes to the same.
    mutating func beginStop() {
        if life == .running { life = .stopping }
    }

    /// Notes that the program and all that it started have ended.
    mutating func ended(_ end: ACPEnded) -> [Action] {
        life = .ended(end)
        return withdrawAll() + endCalls(with: .end(end))
    }
}
