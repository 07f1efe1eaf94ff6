import JSON
import Lifecycle
import Router
import System
import WeCom

/// An agent's program that runs, for one conversation: does what `ACPConnection` decides, turn after turn.
///
/// Its output is read for as long as it lives, in order; beside that its input is written, so that a program
/// that does not read keeps nobody from hearing it.
actor ACPProcess {
    /// The number that `ACPProcesses` knows it by.
    nonisolated let id: Int
    nonisolated let command: AgentCommand
    nonisolated let options: ACPOptions
    nonisolated let secrets: Redaction
    nonisolated let program: RunningProgram
    /// The scope of what goes on beside the turn.
    nonisolated let scope: TaskScope
    nonisolated let outgoing: AsyncStream<[UInt8]>.Continuation
    private nonisolated let lines: AsyncStream<[UInt8]>
    /// Reached when nothing of the program is left, and `ACPProcesses` counts it no longer.
    nonisolated let gone = Signpost()

    var connection = ACPConnection()
    private var calls: [Int64: CheckedContinuation<JSONValue, any Error>] = [:]
    var hasLoggedIn = false

    /// The attendance of the turn that the process has in hand.
    var attendance: Attendance?
    /// Questions that people are asked, by number.
    private var asking: [Int: Asking] = [:]

    struct Attendance {
        let attendant: any TurnAttendant
        let over = Signpost()
        /// The error of an attendant who does not want to hear any more.
        var refusal: (any Error)?
    }

    private struct Asking {
        let withdrawn = Signpost()
        let ended = Signpost()
    }

    /// Messages that wait for a program which does not read. It is taken for broken then.
    private static let mostWaiting = 4096

    init(
        _ id: Int, _ program: RunningProgram, command: AgentCommand, options: ACPOptions, secrets: Redaction,
        in scope: TaskScope
    ) {
        self.id = id
        self.program = program
        self.command = command
        self.options = options
        self.secrets = secrets
        self.scope = scope
        (lines, outgoing) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingOldest(ACPProcess.mostWaiting))
    }

    /// A further turn can use it.
    var isFit: Bool { connection.isFit }

    /// It is fit, and has that session open, or none yet.
    func suits(_ state: ACPState?) -> Bool { connection.suits(state) }

    /// Talks with the program until nothing of it is left; reads what it writes on `threads`.
    nonisolated func run(on threads: WorkThreads?) async {
        await program.endLeftovers()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.write() }
            await withTaskExecutorPreference(threads) { await read() }
            await noteEnd()
        }
    }

    // MARK: Out

    private nonisolated func write() async {
        for await line in lines {
            do { try await program.write(line) } catch { break }
        }
        await program.closeInput()
    }

    private func send(_ message: JSONValue) {
        guard case .dropped = outgoing.yield(message.line) else { return }
        scope.start { await self.stop(by: .kill) }
    }

    /// Calls a method and waits for its answer. Throws `RPCError` where that is an error, and `ACPEnded` at the end of the
    /// program.
    func call(_ method: String, _ params: JSONValue) async throws -> JSONValue {
        try await call(connection.beginCall(), method, params)
    }

    /// The same for a call that has begun.
    func call(_ id: Int64, _ method: String, _ params: JSONValue) async throws -> JSONValue {
        try await withCheckedThrowingContinuation { continuation in
            calls[id] = continuation
            send(RPCMessage.request(id, method, params))
        }
    }

    // MARK: In

    private func read() async {
        var lines = JSONLines()
        while let bytes = try? await program.read() {
            await tell(.activity)
            for line in lines.receive(bytes) { await hear(line) }
        }
        if let last = lines.finish() { await hear(last) }
    }

    private func hear(_ line: JSONLines.Line) async {
        await perform(connection.hear(line, permitting: options.permissions))
    }

    // MARK: What the connection decides

    func perform(_ actions: [ACPConnection.Action]) async {
        for action in actions {
            switch action {
            case .send(let message): send(message)
            case .resume(let call, let ending):
                calls.removeValue(forKey: call)?.resume(with: ending.result(unheardFor: attendance?.refusal))
            case .tell(let event): await tell(event)
            case .ask(let question, let number): ask(question, number)
            case .withdraw(let number): asking[number]?.withdrawn.reach()
            case .allowTime(let ticket): allowTime(ticket)
            case .stop: scope.start { await self.stop() }
            case .signal: scope.start { await self.signal() }
            }
        }
    }

    /// Tells the turn's attendant. Where it throws the turn is not ours any more.
    private func tell(_ event: TurnEvent) async {
        guard let attendance, let turn = connection.turn, turn.phase != .answered else { return }
        do {
            try await attendance.attendant.hear(event)
        } catch {
            guard connection.turn?.ticket == turn.ticket else { return }
            self.attendance?.refusal = error
            await perform(connection.attendantLeft(turn.ticket))
        }
    }

    private func ask(_ question: Question, _ number: Int) {
        guard let attendant = attendance?.attendant else { return }
        let one = Asking()
        asking[number] = one
        scope.start {
            let answer = await firstOf({ one.withdrawn.isReached ? nil : try? await attendant.ask(question) }) {
                await one.withdrawn.wait()
                return nil
            }
            await self.settle(number, answer)
            one.ended.reach()
        }
    }

    private func settle(_ number: Int, _ answer: Answer?) async {
        asking[number] = nil
        await perform(connection.settle(number, answer))
    }

    /// Returns when nobody is asked any more.
    func untilNobodyIsAsked() async {
        for one in asking.values { await one.ended.waitThroughCancellation() }
    }

    private func allowTime(_ ticket: Int) {
        guard let over = attendance?.over else { return }
        scope.start { [grace = command.grace] in
            if await over.isReached(within: grace) { return }
            await self.noteTimeIsUp(ticket)
        }
    }

    private func noteTimeIsUp(_ ticket: Int) async { await perform(connection.timeIsUp(for: ticket)) }
}

extension ACPConnection.Ending {
    fileprivate func result(unheardFor refusal: (any Error)?) -> Result<JSONValue, any Error> {
        switch self {
        case .result(let result): .success(result)
        case .failure(let error): .failure(error)
        case .end(let end): .failure(end)
        case .unheard: .failure(refusal ?? CancellationError())
        }
    }
}
