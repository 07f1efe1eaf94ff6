package import JSON

/// A template card as people see it.
package struct FakeCard: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case textNotice = "text_notice"
        case newsNotice = "news_notice"
        case buttons = "button_interaction"
        case vote = "vote_interaction"
        case choices = "multiple_interaction"

        package var isInteractive: Bool {
            switch self {
            case .textNotice, .newsNotice: false
            case .buttons, .vote, .choices: true
            }
        }
    }

    /// Something to press.
    package struct Button: Sendable, Equatable {
        package let text: String
        /// The key that the event has for it.
        package let key: String
    }

    /// Something to answer before the card is sent back.
    package struct Question: Sendable, Equatable {
        package let key: String
        package let title: String
        package let options: [Option]
    }

    package struct Option: Sendable, Equatable {
        package let id: String
        package let text: String
    }

    /// The card as the app wrote it.
    package let json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    package var kind: Kind? { json["card_type"]?.string.flatMap(Kind.init) }
    package var taskID: String? { json["task_id"]?.string }
    package var title: String { json["main_title"]?["title"]?.string ?? json["sub_title_text"]?.string ?? "" }

    /// True if a click comes back to the app, and the card may be updated.
    package var callsBack: Bool { kind?.isInteractive == true || json["action_menu"] != nil }

    /// All that can be pressed and calls back: buttons, or the one that submits. None once the card says that it is over.
    package var buttons: [Button] {
        guard json["replace_text"]?.string?.isEmpty ?? true else { return [] }
        let list = json["button_list"]?.array?.filter { $0["type"]?.integer != 1 } ?? []
        return (list + [json["submit_button"]].compactMap { $0 }).compactMap(Button.init)
    }

    /// The entries of the menu in its corner.
    package var menu: [Button] { json["action_menu"]?["action_list"]?.array?.compactMap(Button.init) ?? [] }

    /// The card with nothing left to press, since this was said.
    func ended(saying text: String) -> FakeCard {
        guard case .object(let members) = json else { return self }
        return FakeCard(.object(members.filter { $0.name != "replace_text" } + [.init("replace_text", .string(text))]))
    }

    /// The text in place of its buttons once it is over.
    package var ending: String? { json["replace_text"]?.string }

    package var questions: [Question] {
        let single = [json["button_selection"], json["checkbox"]].compactMap { $0 }
        return (single + (json["select_list"]?.array ?? [])).compactMap(Question.init)
    }
}

extension FakeCard.Button {
    fileprivate init?(_ json: JSONValue) {
        guard let text = json["text"]?.string, let key = json["key"]?.string else { return nil }
        self.init(text: text, key: key)
    }
}

extension FakeCard.Question {
    fileprivate init?(_ json: JSONValue) {
        guard let key = json["question_key"]?.string else { return nil }
        let options = json["option_list"]?.array?.compactMap { option -> FakeCard.Option? in
            guard let id = option["id"]?.string, let text = option["text"]?.string else { return nil }
            return FakeCard.Option(id: id, text: text)
        }
        self.init(key: key, title: json["title"]?.string ?? "", options: options ?? [])
    }
}
