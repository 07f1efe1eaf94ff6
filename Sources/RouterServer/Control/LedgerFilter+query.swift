import HTTP
import Router
import System
import Text
import WeCom

extension LedgerFilter {
    /// The parameters of a list that has all filters.
    static let parameters = ["state", "app", "user", "since", "older_than", "msgid", "limit", "before"]

    /// Reads `app`, `user`, `since`, `older_than`, `msgid` and `limit`.
    init(_ query: Query, _ directory: AppDirectory, at now: Timestamp) throws {
        self.init()
        if let name = query["app"] { endpoint = try key(of: name, directory) }
        if let (corp, user) = try query.read(
            "user", "a user id, as it stands or behind a corp's and a colon", parse: person)
        {
            self.corp = corp
            self.user = user
        }
        since = try query.read("since", time) { moment($0, now) }
        until = try query.read("older_than", time) { moment($0, now) }
        messageNumber = try query.read("msgid", "a number, as WeCom gives to messages") {
            digits($0).flatMap(UInt64.init)
        }
        limit = try query.limit() ?? limit
    }
}

private let time = "a time as in 90s, 45m, 2h, 7d or 2026-11-28T09:30:00Z"

private func moment(_ text: String, _ now: Timestamp) -> Timestamp? {
    Timestamp(ago: text, before: now) ?? Timestamp(rfc3339: text)
}

/// An app that has left the configuration has no name any more: its key is good for ever.
private func key(of name: String, _ directory: AppDirectory) throws -> Endpoint {
    if let app = directory[named: name] { return app.endpoint }
    if let dormant = directory.dormant.first(where: { $0.app.name == name }) { return dormant.app.endpoint }
    if let key = Endpoint(name) { return key }
    let hint = hint(for: name, among: directory.apps.map(\.name))
    throw BadQuery("there is no app \(shown(name)) (\(hint)); one that has gone is found by corp_id/agent_id")
}

extension Timestamp {
    /// The moment that was so long before `now`, as in `90s`, `45m`, `2h` or `7d`.
    init?(ago text: String, before now: Timestamp) {
        let units: [UInt8: Int64] = [0x73: 1, 0x6D: 60, 0x68: 3600, 0x64: 86_400]  // s, m, h, d
        guard let unit = text.utf8.last.flatMap({ units[$0] }),
            let number = String(text.utf8.dropLast()).flatMap({ digits($0) }).flatMap({ Int64($0) }),
            number <= 36_500 * 86_400 / unit
        else { return nil }
        self = now.advanced(by: .seconds(-number * unit))
    }
}

/// `user`, or `corp:user`.
private func person(_ text: String) -> (CorpID?, UserID)? {
    let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
    let user = colon.map { text[text.index(after: $0)...] } ?? text[...]
    return user.isEmpty ? nil : (colon.map { CorpID(String(text[..<$0])) }, UserID(String(user)))
}

/// The text, if it is digits and nothing else: no sign.
private func digits(_ text: some StringProtocol) -> String? {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(text) : nil
}

extension Query {
    /// The parameter as `parse` reads it; nil when it is missing.
    func read<Value>(_ name: String, _ form: String, parse: (String) -> Value?) throws -> Value? {
        guard let text = self[name] else { return nil }
        guard let value = parse(text) else { throw BadQuery("\(name) is \(shown(text)): it must be \(form)") }
        return value
    }

    /// The length of a page, where it is given.
    func limit() throws -> Int? {
        try read("limit", "a number from 1 to \(LedgerFilter.maxLimit)") { text in
            digits(text).flatMap(Int.init).flatMap { (1...LedgerFilter.maxLimit).contains($0) ? $0 : nil }
        }
    }
}
