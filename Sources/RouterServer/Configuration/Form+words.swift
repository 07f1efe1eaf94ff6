import Lanes
import Router
import Text
import WeCom

extension Form where Value == String {
    static var text: Form { Form(placeholder: "") { .fits($0) } }

    /// Something that is said in one message.
    static var chatText: Form {
        Form(placeholder: "") { text in
            let limit = AppLane.speech.limit
            guard text.utf8.count <= limit else {
                return .mismatch("is \(text.utf8.count) bytes long: one message holds \(limit)")
            }
            return .fits(text)
        }
    }

    /// A word by which people give a command.
    static var chatCommand: Form {
        Form(placeholder: "") { text in
            guard !text.hasBlanks, text.utf8.count <= 40 else {
                return .mismatch("is \(shown(text)): a command is one word, as in /stop or 停止")
            }
            return .fits(text)
        }
    }

    /// The name of an app or an agent.
    static var name: Form {
        Form(placeholder: "") { text in
            if isName(text) { return .fits(text) }
            return .mismatch(
                "is \(shown(text)): a name is 1 to 64 of a-z, 0-9, . _ - and begins with a letter or a digit"
            )
        }
    }

    static func agent(among names: [String]) -> Form {
        Form(placeholder: "") { text in
            if names.contains(text) { return .fits(text) }
            return .mismatch("is \(shown(text)), which is no agent: \(hint(for: text, among: names))")
        }
    }
}

extension Form where Value == Bool {
    static var boolean: Form {
        Form(placeholder: false) { text in
            switch text.lowercased() {
            case "true", "yes", "1": .fits(true)
            case "false", "no", "0": .fits(false)
            default: .mismatch("is \(shown(text)): it must be true or false")
            }
        }
    }
}

extension Form where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words that the type lists.
    static func word() -> Form {
        let words = Value.allCases.map(\.rawValue)
        return Form(placeholder: Value.allCases.first!) { text in
            Value(rawValue: text).map { .fits($0) }
                ?? .mismatch("is \(shown(text)): it must be one of \(words.joined(separator: ", "))")
        }
    }
}

extension Form where Value == CorpID {
    static var corpID: Form {
        Form(placeholder: CorpID("")) { text in
            if text.hasBlanks { return .mismatch("has white space in it: an id like ww0123456789abcdef has none") }
            if text.utf8.count > 64 { return .mismatch("is \(text.utf8.count) bytes long: a corp id has at most 64") }
            if CorpID(text) == AppKey.noCorp {
                return .mismatch("is no corp id: bot/… is what bots are called; an id is like ww0123456789abcdef")
            }
            let isUsual = text.hasPrefix("ww") || text.hasPrefix("wx")
            return .fits(CorpID(text), warning: isUsual ? nil : "does not begin with ww or wx, as WeCom's corp ids do")
        }
    }
}

extension Form where Value == AgentID {
    static var agentID: Form {
        Form(placeholder: AgentID(0)) { text in
            guard text.utf8.allSatisfy(\.isASCIIDigit), let id = AgentID(text) else {
                return .mismatch("is \(shown(text)): it must be WeCom's number of the app, as in 1000002")
            }
            return .fits(id)
        }
    }
}

extension Form where Value == Int64 {
    /// WeCom's number of a department or a tag.
    static var groupID: Form {
        Form(placeholder: 0) { text in
            guard let number = Int64(text), number > 0 else {
                return .mismatch("is \(shown(text)): it must be WeCom's number of a department or a tag, as in 2")
            }
            return .fits(number)
        }
    }
}

/// True if `text` may name an app or an agent.
func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    return (first.isASCIIDigit || first.isASCIILowercase)
        && text.utf8.allSatisfy { $0.isASCIIDigit || $0.isASCIILowercase || "._-".utf8.contains($0) }
}
