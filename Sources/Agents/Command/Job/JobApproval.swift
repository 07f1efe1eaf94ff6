import JSON
import Router
import Text
import WeCom

/// A decision that a `jsonl` program wants of a person.
struct JobApproval: ProgramQuestion {
    /// The name as the program wrote it: a text or a number.
    private let name: JSONValue
    private let question: Question

    /// nil for one that could not be answered.
    init?(_ line: JSONValue) {
        guard let name = line["id"], name.shortStringOrInteger != nil else { return nil }
        self.name = name
        let detail = line["detail"]?.string
        let title = [line["title"]?.string, detail].compactMap { $0 }.first(where: \.hasWords) ?? name.text
        question = Question(
            title.onOneLine(atMost: 200), detail: detail.map { $0.cut(toCharacters: 2000, bytes: 8 << 10) },
            options: (line["options"]?.array ?? []).compactMap(Question.Option.init(job:)))
    }

    var id: String { name.text }
    var questions: [Question] { [question] }

    func line(answering answers: [Answer]) -> JSONValue {
        guard case .chosen(let ids, let user)? = answers.first, let id = ids.first else { return line(nil, by: nil) }
        return line(id, by: user.text)
    }

    func line(refusedFor reason: String) -> JSONValue { line(nil, by: nil) }

    private func line(_ option: String?, by user: String?) -> JSONValue {
        [
            "type": "answer", "id": name, "option": option.map(JSONValue.string) ?? .null,
            "by": user.map(JSONValue.string) ?? .null,
        ]
    }
}

extension Question.Option {
    fileprivate init?(job option: JSONValue) {
        guard let id = option["id"]?.shortStringOrInteger else { return nil }
        let label = option["label"]?.string ?? id
        let style = option["style"]?.shortString.flatMap(Style.init) ?? .plain
        self.init(id, label.onOneLine(atMost: 100), style: style)
    }
}
