import Crypto
import Router
import System
import Text
import WeCom

/// The part of a person that a model is told of.
package enum Introduction: String, Sendable, CaseIterable {
    /// The language and the date alone, by which nobody can be known.
    case anonymous = "none"
    case id
    case name

    /// The usual one for a server at that address: what an employee is called is nobody's business outside, unless somebody
    /// says so.
    init(forServerAt url: String) {
        self = ServerName(of: url)?.isThisMachine == true ? .name : .anonymous
    }
}

extension Turn {
    /// The text that a model is given before anything is said: the configured one, and whom it talks to; nil for none.
    func systemText(_ prompt: String?, introducing introduction: Introduction?) -> String? {
        let parts = [prompt, introduction.map { self.introduction($0, on: .now) }]
        let text = parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return text.isEmpty ? nil : text
    }

    /// The name by which a server knows who asks.
    func name(for introduction: Introduction?) -> String {
        introduction.map { $0 != .anonymous } ?? false ? scopedUser : anonymousUser
    }

    /// A name of the conversation that tells nobody whose it is, and stays the same.
    fileprivate var anonymousUser: String {
        String(sha256(Array("anonymous \(conversation)".utf8)).hexText.prefix(32))
    }

    /// Tells a model whom it talks to, and the date. Names come from an address book that people write in: they get no line of
    /// their own.
    func introduction(_ introduction: Introduction, on day: Timestamp) -> String {
        let today = "today is \(day.minutes(in: timeZone).prefix(10)) (\(timeZone.name))."
        guard introduction != .anonymous else { return "The language is \(language.rawValue); \(today)" }
        let corp = conversation.endpoint.app.map { "of corp \($0.corpID); " } ?? ""
        let rest = "\(corp)language \(language.rawValue); \(today)"
        guard let user else { return "You are talking to several people at once \(rest)" }
        let name = introduction == .name ? person.map { $0.name.onOneLine(atMost: 100) } ?? "" : ""
        return name.isEmpty
            ? "You are talking to user id \(user) \(rest)" : "You are talking to \(name) (user id \(user)) \(rest)"
    }
}
