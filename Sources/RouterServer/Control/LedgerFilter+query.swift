import HTTP
import Router
import System
import WeCom

/// A parameter is not what it has to be.
struct BadQuery: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension LedgerFilter {
    /// Reads `app`, `user`, `since`, `older_than`, `msgid` and `limit`.
    init(_ query: Query, _ directory: AppDirectory, at now: Timestamp) throws {
        self.init()
        if let name = query["app"] { app = try key(of: name, directory) }
        if let text = query["user"], !text.isEmpty {
            let colon = text.firstIndex(of: ":")
            corp = colon.map { CorpID(String(text[..<$0])) }
            user = UserID(String(colon.map { text[text.index(after: $0)...] } ?? text[...]))
        }
        since = try query.read("since", age) { past($0, before: now) }
        until = try query.read("older_than", age) { past($0, before: now) }
        messageNumber = try query.read("msgid", "a number, as WeCom gives to messages") { UInt64($0) }
        limit =
            try query.read("limit", "a number from 1 to \(LedgerFilter.maxLimit)") { text in
                Int(text).flatMap { (1...LedgerFilter.maxLimit).contains($0) ? $0 : nil }
            } ?? limit
    }
}

private let age = "a time as in 90s, 45m, 2h or 7d"

/// An app that has left the configuration has no name any more: its key is good for ever.
private func key(of name: String, _ directory: AppDirectory) throws -> AppKey {
    if let app = directory[named: name] { return app.key }
    if let key = AppKey(name) { return key }
    let hint = hint(for: name, among: directory.apps.map(\.name))
    throw BadQuery("there is no app \(shown(name)) (\(hint)); one that has gone is found by corp_id/agent_id")
}

private func past(_ text: String, before now: Timestamp) -> Timestamp? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number >= 0,
        number <= 36_500 * 86_400 / unit
    else { return nil }
    return now.advanced(by: .seconds(-number * unit))
}

extension Query {
    /// The parameter as `parse` reads it; nil when it is missing or empty.
    func read<Value>(_ name: String, _ form: String, parse: (String) -> Value?) throws -> Value? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = parse(text) else { throw BadQuery("\(name) is \(shown(text)): it must be \(form)") }
        return value
    }
}
