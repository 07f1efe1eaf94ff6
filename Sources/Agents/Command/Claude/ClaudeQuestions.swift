import JSON
import Router
import Text

/// The questions of Claude Code's tool `AskUserQuestion`.
struct ClaudeQuestions: ProgramQuestion {
    static let tool = "AskUserQuestion"

    private let input: JSONValue
    private let asked: [Asked]
    private let answers: ClaudeAnswers

    private static let limit = 8

    /// nil where there is nothing to choose, or too much.
    init?(_ input: JSONValue, _ answers: ClaudeAnswers) {
        let questions = input["questions"]?.array ?? []
        let asked = questions.compactMap(Asked.init)
        guard (1...ClaudeQuestions.limit).contains(asked.count), asked.count == questions.count else { return nil }
        self.input = input
        self.asked = asked
        self.answers = answers
    }

    var id: String { answers.id }
    var questions: [Question] { asked.map(\.question) }

    func line(answering given: [Answer]) -> JSONValue {
        guard given.count == asked.count, !given.contains(.expired) else { return answers.deny(answers.expired) }
        let chosen = zip(asked, given).map { JSONValue.Member($0.text, .string($0.labels(of: $1))) }
        return answers.allow(input.with("answers", .object(chosen)))
    }

    func line(refusedFor reason: String) -> JSONValue { answers.error(reason) }
}

/// One of them.
private struct Asked: Sendable {
    /// The text as the program wrote it: the answer bears it as its name.
    let text: String
    let labels: [String]
    let question: Question

    init?(_ json: JSONValue) {
        let options = json["options"]?.array ?? []
        labels = options.compactMap { $0["label"]?.string }
        guard let text = json["question"]?.string, text.hasWords, labels.count == options.count,
            (1...Question.maxOptions).contains(labels.count)
        else { return nil }
        self.text = text
        let details = options.compactMap { option -> String? in
            guard let detail = option["description"]?.string, detail.hasWords else { return nil }
            return "\(option["label"]?.string ?? ""): \(detail)".onOneLine(atMost: 200)
        }
        question = Question(
            text.onOneLine(atMost: 200), detail: details.isEmpty ? nil : details.joined(separator: "\n"),
            options: labels.enumerated().map { .init(String($0.offset), $0.element.onOneLine(atMost: 100)) },
            allowsMany: json["multiSelect"] == true)
    }

    func labels(of answer: Answer) -> String {
        guard case .chosen(let ids, _) = answer else { return "" }
        return ids.compactMap { Int($0) }.filter(labels.indices.contains).map { labels[$0] }.joined(separator: ", ")
    }
}

extension JSONValue {
    /// An object with a member of that name at its end, in place of any before.
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !$0.name.isSame(as: name) } + [Member(name, value)])
    }
}
