import JSON
import Router
import Text

/// A run asks whether it may do something.
struct HermesApproval: Equatable {
    /// Our name of the question, the same however often it is heard.
    let key: String
    /// The server's, where it gives one.
    let request: String?
    private let command: String
    private let details: String
    private let choices: [String]

    private static let all = ["once", "session", "always", "deny"]

    init?(_ event: JSONValue, run: String) {
        command = (event["command"]?.string ?? "").cut(toCharacters: 4000, bytes: 16 << 10)
        details = (event["description"]?.string ?? "").cut(toCharacters: 4000, bytes: 16 << 10)
        request = event["request_id"]?.shortStringOrInteger
        let named = (event["choices"]?.array ?? []).compactMap(\.shortString).filter(HermesApproval.all.contains)
        choices = named.isEmpty ? HermesApproval.all : named
        // Without an id of its own a question is known by the moment at which it was put.
        guard let mark = request ?? event["timestamp"]?.text else { return nil }
        key = "\(run)/\(mark.cut(toBytes: 150))"
    }

    /// One that was heard of by its waiting alone.
    init(waitingIn run: String) {
        (command, details, request, choices) = ("", "", nil, ["once", "deny"])
        key = "\(run)/waiting"
    }

    enum Verdict: Equatable {
        case choose(String)
        case ask(Question)
    }

    func verdict(by policy: PermissionPolicy, saying texts: ChatTexts) -> Verdict {
        switch policy.standard {
        case .allow: .choose("once")
        case .deny: .choose("deny")
        case .ask: .ask(question(saying: texts))
        }
    }

    private func question(saying texts: ChatTexts) -> Question {
        let title = (details.hasWords ? details : command).onOneLine(atMost: 200)
        return Question(
            texts.permissionTitle.filled(["action": title]), detail: command.hasWords ? command : nil,
            options: choices.map { choice in
                switch choice {
                case "deny": .init(choice, texts.deny, style: .dangerous)
                case "once": .init(choice, texts.allow, style: .encouraged)
                case "session": .init(choice, texts.allowForSession)
                default: .init(choice, texts.allowAlways)
                }
            }, key: key)
    }

    /// The choice after an answer; no answer is a no, since a run waits for ever.
    func choice(after answer: Answer) -> String {
        guard case .chosen(let ids, _) = answer, let id = ids.first, choices.contains(id) else { return "deny" }
        return id
    }
}
