import JSON
import Router
import Text

/// A chatflow or a workflow asks a person to decide how it goes on.
struct DifyForm: Equatable {
    let token: String
    private let content: String
    private let title: String
    private let actions: [Question.Option]

    /// nil for one that has no token: it went out another way.
    init?(_ data: JSONValue) {
        guard let token = data["form_token"]?.string, !token.isEmpty, token.utf8.count <= 500 else { return nil }
        self.token = token
        content = (data["form_content"]?.string ?? "").cut(toCharacters: 4000, bytes: 16 << 10)
        title = (data["node_title"]?.string ?? "").onOneLine(atMost: 200)
        actions = (data["actions"]?.array ?? []).prefix(Question.maxOptions).compactMap { action in
            guard let id = action["id"]?.shortStringOrInteger, !id.isEmpty else { return nil }
            let label = (action["title"]?.string ?? "").onOneLine(atMost: 100)
            return .init(id, label.isEmpty ? id.onOneLine(atMost: 100) : label)
        }
    }

    func question(saying texts: ChatTexts) -> Question {
        Question(
            title.isEmpty ? texts.permissionTitle.filled(["action": ""]) : title,
            detail: content.hasWords ? content : nil,
            options: actions.isEmpty ? [.init("submit", texts.allow, style: .encouraged)] : actions, key: token)
    }

    /// The action that an answer stands for; nil where nobody chose, and the form expires by itself.
    func action(after answer: Answer) -> String? {
        guard case .chosen(let ids, _) = answer else { return nil }
        return ids.first
    }
}
