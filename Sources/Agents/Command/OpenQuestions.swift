import Lifecycle
import Router
import System

/// The questions of a program that people have not answered yet, each waiting in a task of its own.
final class OpenQuestions: Sendable {
    private let program: RunningProgram
    private let attendant: any TurnAttendant
    /// By the program's name for each, what is reached when it does not want to know any more.
    private let open = Lock<[String: Signpost]>([:])

    /// More are refused.
    static let limit = 20

    init(of program: RunningProgram, askedBy attendant: any TurnAttendant) {
        self.program = program
        self.attendant = attendant
    }

    /// Has the question asked in `group`, and the program answered, while the caller goes on.
    func ask(_ question: any ProgramQuestion, in group: inout TalkGroup) async {
        let withdrawn = Signpost()
        let isTaken: Bool? = open.withLock { open in
            // A question of the same name is the same question.
            guard open[question.id] == nil else { return nil }
            guard open.count < OpenQuestions.limit else { return false }
            open[question.id] = withdrawn
            return true
        }
        switch isTaken {
        case true?:
            group.addTask { [self] in
                await firstOf({ await self.answer(question) }, withdrawn.wait)
                close(question.id)
            }
        case false?: try? await program.write(line: question.line(refusedFor: "too many questions at once"))
        case nil: break
        }
    }

    func withdraw(_ id: String) { open.withLock { $0[id] }?.reach() }

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
