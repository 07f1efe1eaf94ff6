import JSON
import Lifecycle
import Router
import System

/// One turn's talk with a program, whatever the format.
struct CommandTalk: Sendable {
    let agent: CommandAgent
    let turn: Turn
    let workspace: Workspace
    let attendant: any TurnAttendant

    var command: AgentCommand { agent.command }

    func start(_ command: AgentCommand) async throws -> RunningProgram {
        try await agent.host.start(command, variables: turn.variables(in: workspace), in: workspace.path)
    }
}

/// The beginning of a format's talk, and the reader of the rest.
struct LineTalk<Reader: LineReader> {
    /// The command, completed for the turn.
    let command: AgentCommand
    /// The first that the program reads.
    let input: [UInt8]
    /// The input ends behind it.
    let isInputWhole: Bool
    /// The line that asks the program to stop; nil where signals do.
    var interruption: JSONValue?
    let reader: Reader
}

/// The group of what goes on beside the reading of a program's lines: its prompt is written, people are asked, a standstill
/// is timed.
typealias TalkGroup = ThrowingDiscardingTaskGroup<any Error>

extension CommandTalk {
    /// Runs the program until it has answered.
    func run<Reader: LineReader>(_ talk: LineTalk<Reader>) async throws -> ProgramReply {
        let program = try await start(talk.command)
        let prompted = Signpost()
        let interrupt: @Sendable () async -> Void = { [command = talk.command, word = talk.interruption] in
            guard let word else { return await program.stop(command.ladder) }
            // Before its prompt the word would be one, or be forgotten over it.
            await prompted.wait()
            try? await program.write(line: word)
        }
        return try await program.conduct(stoppedBy: talk.command, interrupt: interrupt) {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    try? await program.write(talk.input)
                    prompted.reach()
                    if talk.isInputWhole { await program.closeInput() }
                }
                // Nobody is asked any more when the answer is there.
                defer { group.cancelAll() }
                return try await listen(to: program, talk.reader, in: &group)
            }
        }
    }

    private func listen(
        to program: RunningProgram, _ reader: some LineReader, in group: inout TalkGroup
    ) async throws -> ProgramReply {
        var reader = reader
        var lines = ProgramLines(of: program, heardBy: attendant)
        let questions = OpenQuestions(of: program, askedBy: attendant)
        let watch = StandstillWatch(over: program, patience: agent.patience)
        while let line = try await lines.next() {
            await Task.yield()
            for effect in reader.take(line) {
                switch effect {
                case .tell(let event): try await attendant.hear(event)
                case .ask(let question): await questions.ask(question, in: &group)
                case .withdraw(let id): questions.withdraw(id)
                // One that reads no more has its reasons: they stand in what it says next.
                case .write(let line): try? await program.write(line: line)
                }
            }
            if let ending = reader.ending { return try ending.get() }
            watch.note(reader.standstill, in: &group)
        }
        if let verdict = watch.verdict { throw verdict }
        let end = await program.end(within: command.grace)
        let log = String(decoding: await program.diagnostics, as: UTF8.self)
        throw reader.failure(endingWith: end, complaint: await program.lastComplaint(without: agent.secrets), log: log)
    }
}
