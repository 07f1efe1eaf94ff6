import Router
import System

/// The questions of a program that people have not answered yet, each waiting in a task of its own.
final class OpenQuestions: Sendable {
    private let program: RunningProgram
    private let attendant: any TurnAttendant
    private let open = Lock<[String: Task<Void, Never>]>([:])

    /// More are refused.
    static let limit = 20

    init(of program: RunningProgram, askedBy attendant: any TurnAttendant) {
        self.program = program
        self.attendant = attendant
    }

    /// Has the question asked, and the program answered, while the caller goes on.
    func ask(_ question: any ProgramQuestion) async {
        let isTaken = open.withLock { open in
            guard open.count < OpenQuestions.limit else { return false }
            // A question of the same name is the same question.
            guard open[question.id] == nil else { return true }
            open[question.id] = Task { [self] in
                await answer(question)
                close(question.id)
            }
            return true
        }
        guard !isTaken else { return }
        try? await program.write(line: question.line(refusedFor: "too many questions at once"))
    }

    func withdraw(_ id: String) { open.withLock { $0[id] }?.cancel() }

    /// Returns when nobody is asked any more.
    func withdrawAll() async {
        let tasks = open.withLock { Array($0.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func close(_ id: String) { _ = open.withLock { $0.removeValue(forKey: id) } }

    private func answer(_ question: any ProgramQuestion) async {
        do {
            var answers: [Answer] = []
            for next in question.questions {
                answers.append(try await attendant.ask(next))
                if answers.last == .expired { break }
            }
            try await program.write(line: question.line(answering: answers))
        } catch {
            // Withdrawn: it wants no answer.
            guard !Task.isCancelled else { return }
            let reason = (error as? AgentFailure)?.reason ?? "nobody could be asked"
            try? await program.write(line: question.line(refusedFor: reason))
        }
    }
}
