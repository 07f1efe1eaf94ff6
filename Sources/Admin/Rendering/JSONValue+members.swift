import HTML
import JSON
import Pages
import System

// Members of what `/v1` answers, by their names.

extension JSONValue {
    /// The text of a member, which is empty where there is none.
    func text(of name: String) -> String { self[name]?.string ?? "" }

    func count(of name: String) -> Int { Int(clamping: self[name]?.integer ?? 0) }

    func list(of name: String) -> [JSONValue] { self[name]?.array ?? [] }

    /// True if the member is there, and true.
    func isTrue(_ name: String) -> Bool { self[name]?.bool == true }

    /// The moment that a member names.
    func moment(of name: String) -> Timestamp? { self[name]?.string.flatMap { Timestamp(rfc3339: $0) } }
}

/// A moment of a list, with its day; a dash for none.
func shown(_ moment: Timestamp?, _ form: Timestamp.Form = .day) -> HTML { moment.map { $0.shown(form) } ?? HTML("–") }
