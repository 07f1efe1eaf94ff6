import JSON
import Router

/// Claude Code wants to use a tool, and the person is to say whether it may.
struct ClaudePermission: ProgramQuestion {
    private let input: JSONValue
    private let question: Question
    private let answers: ClaudeAnswers

    private static let allow = "allow"

    init(
        _ request: JSONValue, tool: String, _ input: JSONValue, _ texts: ChatTexts, _ answers: ClaudeAnswers
    ) {
        self.input = input
        self.answers = answers
        let name = request["title"]?.string ?? request["display_name"]?.shortString ?? tool
        question = Question(
            texts.permissionTitle.filled(["action": name.onOneLine(atMost: 100)]),
            detail: ClaudeTools.detail(of: input, atMost: 4000)
                ?? request["description"]?.string.map { $0.onOneLine(atMost: 200) },
            options: [
                .init(ClaudePermission.allow, texts.allow, style: .encouraged),
                .init("deny", texts.deny, style: .dangerous),
            ])
    }

    var id: String { answers.id }
    var questions: [Question] { [question] }

    func line(answering answers: [Answer]) -> JSONValue {
        switch answers.first {
        case .chosen([ClaudePermission.allow], _)?: self.answers.allow(input)
        case .chosen?: self.answers.deny(self.answers.byUser)
        case .expired?, nil: self.answers.deny(self.answers.expired)
        }
    }

    func line(refusedFor reason: String) -> JSONValue { answers.error(reason) }
}
