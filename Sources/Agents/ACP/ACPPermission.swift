import JSON
import Router
import Text

/// An agent asks whether it may do something.
struct ACPPermission: Equatable {
    struct Option: Equatable {
        let id: String
        let name: String
        let kind: String

        var allows: Bool { kind.begins(with: "allow") }
        var rejects: Bool { kind.begins(with: "reject") }
    }

    let call: ACPTools.Call
    let options: [Option]

    /// WeCom's cards have room for no more.
    private static let mostOptions = Question.maxButtons

    /// `call` is what is known of the tool's use: the request itself often names it only.
    init(_ params: JSONValue, of call: ACPTools.Call) {
        self.call = call
        options = (params["options"]?.array ?? []).prefix(100).compactMap { option in
            guard let id = option["optionId"]?.shortString else { return nil }
            let name = (option["name"]?.string ?? "").onOneLine(atMost: 100)
            return Option(id: id, name: name, kind: option["kind"]?.shortString ?? "")
        }
    }

    enum Verdict: Equatable {
        case answer(ACPPermissionOutcome)
        case ask(Question)
    }

    func verdict(by policy: PermissionPolicy, saying texts: ChatTexts) -> Verdict {
        switch policy.decision(forTool: policyName, kind: call.kind ?? "other") {
        case .allow:
            // Once is enough: the policy will say so again.
            if let option = first("allow_once") ?? options.first(where: \.allows) {
                return .answer(.selected(option.id))
            }
        case .deny: return .answer(rejection)
        case .ask: break
        }
        return options.isEmpty ? .answer(.cancelled) : .ask(question(saying: texts))
    }

    /// The outcome that stands for a no.
    var rejection: ACPPermissionOutcome {
        (first("reject_once") ?? options.first(where: \.rejects)).map { .selected($0.id) } ?? .cancelled
    }

    func outcome(of answer: Answer) -> ACPPermissionOutcome {
        switch answer {
        case .expired: rejection
        case .chosen(let ids, _): options.first { ids.contains($0.id) }.map { .selected($0.id) } ?? rejection
        }
    }

    private func first(_ kind: String) -> Option? { options.first { $0.kind == kind } }

    /// A title is the agent's own words, often a command: one that happens to be the word for another kind must not be
    /// taken for that.
    private var policyName: String {
        ACPPermission.kinds.contains(call.title.lowercasedASCII) ? call.kind ?? "other" : call.title
    }

    private static let kinds: Set<String> = [
        "read", "edit", "delete", "move", "search", "execute", "think", "fetch", "switch_mode", "other",
    ]

    // MARK: The question

    private func question(saying texts: ChatTexts) -> Question {
        let detail = call.input.flatMap { call.title.has($0) ? nil : $0 }
        return Question(
            texts.permissionTitle.filled(["action": call.words]), detail: detail,
            options: shownOptions.map { option in
                let label = option.name.isEmpty ? (option.rejects ? texts.deny : texts.allow) : option.name
                return Question.Option(option.id, label, style: option.style)
            })
    }

    /// In the agent's order. Whatever is left out, a no is not.
    private var shownOptions: [Option] {
        guard options.count > ACPPermission.mostOptions else { return options }
        let shown = options.prefix(ACPPermission.mostOptions)
        guard !shown.contains(where: \.rejects), let no = first("reject_once") ?? options.first(where: \.rejects) else {
            return Array(shown)
        }
        return shown.dropLast() + [no]
    }
}

extension ACPPermission.Option {
    fileprivate var style: Question.Option.Style {
        if rejects { return .dangerous }
        return kind == "allow_once" ? .encouraged : .plain
    }
}

/// The answer to a request for permission.
enum ACPPermissionOutcome: Equatable {
    case selected(String)
    case cancelled

    var json: JSONValue {
        switch self {
        case .selected(let id): ["outcome": ["outcome": "selected", "optionId": .string(id)]]
        case .cancelled: ["outcome": ["outcome": "cancelled"]]
        }
    }
}
