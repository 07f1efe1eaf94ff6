import JSON
import Router
import System

/// Understands what a program writes during one turn, line by line; does nothing itself.
protocol LineReader: Sendable {
    /// Takes a line and says what is to be done about it, in order.
    mutating func take(_ line: JSONValue) -> [LineEffect]

    /// The result of the turn; nil while it goes on. Nothing is read behind it. A failure's reason is the program's own
    /// words, whole: only without their secrets can they be cut.
    var ending: Result<ProgramReply, AgentFailure>? { get }

    /// The failure of the turn if the program stays as it is for too long: it lives, but only says that it waits. nil while
    /// it does anything else.
    var standstill: AgentFailure? { get }

    /// Makes the failure of a program that has ended without saying what came of the turn. `complaint` is the last line of
    /// its standard error, of which `log` is the end.
    func failure(endingWith end: ProgramEnd, complaint: String, log: String) -> AgentFailure
}

extension LineReader {
    var standstill: AgentFailure? { nil }
}

/// The consequence of a program's line.
enum LineEffect: Sendable {
    case tell(TurnEvent)
    case ask(any ProgramQuestion)
    /// The program does not want to know any more.
    case withdraw(String)
    case write(JSONValue)
}

/// Something that a program asks people, and how it wants to be answered.
protocol ProgramQuestion: Sendable {
    /// The program's name for it.
    var id: String { get }
    /// Asked one after another; the rest is not once somebody lets one expire.
    var questions: [Question] { get }
    /// The line that tells it the answers.
    func line(answering answers: [Answer]) -> JSONValue
    /// The line that tells it that nobody could be asked.
    func line(refusedFor reason: String) -> JSONValue
}
