import JSON
import Lifecycle
import Router
import System
import WeCom

/// An agent's program that runs, for one conversation: what is said to it and what it says, turn after turn.
///
/// A task of its own reads what the program writes for as long as it lives, in order; another writes, so that a program
/// that does not read keeps nobody from hearing it.
actor ACPProcess {
    nonisolated let command: AgentCommand
    nonisolated let options: ACPOptions
    nonisolated let secrets: Redaction
    nonisolated let program: RunningProgram
    nonisolated let outgoing: AsyncStream<[UInt8]>.Continuation
    /// Reached when nothing of the program is left.
    nonisolated let gone = Signpost()

    private var lastID: Int64 = -1
    var calls: [Int64: CheckedContinuation<JSONValue, any Error>] = [:]
    var ended: ACPEnded?
    /// It is being stopped: of no use to a further turn.
    var isStopping = false

    /// What it said when it was started; nil before that.
    var info: ACPAgentInfo?
    var hasLoggedIn = false
    /// The session that it has open.
    var sessionID: String?
    /// What its session has used up, by its last word.
    var totals = ACPTotals()
    /// What sessions had used up by updates that came before one was known to be ours.
    var early: [String: ACPTotals] = [:]

    var turn: ACPTurn?
    var lastTicket = 0

    /// Messages that wait for a program which does not read. It is taken for broken then.
    private static let mostWaiting = 4096

    init(_ program: RunningProgram, command: AgentCommand, options: ACPOptions, secrets: Redaction) {
        self.program = program
        self.command = command
        self.options = options
        self.secrets = secrets
        let (lines, outgoing) = AsyncStream<[UInt8]>.makeStream(
            bufferingPolicy: .bufferingOldest(ACPProcess.mostWaiting))
        self.outgoing = outgoing
        Task { await ACPProcess.write(lines, to: program) }
        Task(executorPreference: WorkThreads.current) { await self.read() }
        // Whatever it leaves behind would hold its output open.
        Task {
            _ = await program.ended()
            await program.stop(.kill)
        }
    }

    // MARK: Out

    private static func write(_ lines: AsyncStream<[UInt8]>, to program: RunningProgram) async {
        for await line in lines {
            do { try await program.write(line) } catch { break }
        }
        await program.closeInput()
    }

    func send(_ message: JSONValue) {
        if case .dropped = outgoing.yield(message.line) {
            Task { await stop(by: .kill) }
        }
    }

    func takeID() -> Int64 {
        lastID += 1
        return lastID
    }

    /// Calls a method and waits for its answer. Throws `RPCError` where that is an error, and `ACPEnded` at the end of the
    /// program.
    func call(_ method: String, _ params: JSONValue, id: Int64? = nil) async throws -> JSONValue {
        if let ended { throw ended }
        let id = id ?? takeID()
        return try await withCheckedThrowingContinuation { continuation in
            calls[id] = continuation
            send(RPCMessage.request(id, method, params))
        }
    }

    func failCalls(with error: any Error) {
        let waiting = calls
        calls = [:]
        for call in waiting.values { call.resume(throwing: error) }
    }

    // MARK: In

    private func read() async {
        var lines = JSONLines()
        while let bytes = try? await program.read() {
            await tell([.activity])
            for line in lines.receive(bytes) { await take(line) }
        }
        if let last = lines.finish() { await take(last) }
        await noteEnd()
    }

    /// What is no JSON is passed over: programs do print notices.
    private func take(_ line: JSONLines.Line) async {
        guard case .value(let value) = line, let message = RPCMessage(value) else { return }
        switch message {
        case .result(let id, let result):
            noteAnswer(to: id)
            calls.removeValue(forKey: id)?.resume(returning: result)
        case .failure(let id, let error):
            noteAnswer(to: id)
            calls.removeValue(forKey: id)?.resume(throwing: error)
        // Some libraries write an id of null into notifications.
        case .notification("session/update", let params), .request(.null, "session/update", let params):
            await take(update: params)
        case .notification("$/cancel_request", let params): withdraw(params["requestId"].orEmpty)
        case .notification: break
        case .request(let id, "session/request_permission", let params): await take(permission: params, id)
        case .request(let id, _, _): send(RPCMessage.unknownMethod(id))
        }
    }

    /// True if a further turn can use it.
    var isFit: Bool { ended == nil && !isStopping && calls.isEmpty && turn == nil }

    /// True if it is fit, and has that session open, or none yet.
    func suits(_ state: ACPState?) -> Bool { isFit && (sessionID == nil || sessionID == state?.sessionID) }
}
