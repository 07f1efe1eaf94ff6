import JSON
import Router

@testable import Agents

struct NoEnding: Error {}

func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

extension [LineEffect] {
    var events: [TurnEvent] { compactMap { if case .tell(let event) = $0 { event } else { nil } } }
    var written: [JSONValue] { compactMap { if case .write(let line) = $0 { line } else { nil } } }
    var asked: [any ProgramQuestion] { compactMap { if case .ask(let question) = $0 { question } else { nil } } }
}

extension LineReader {
    mutating func read(_ line: String) throws -> [LineEffect] { take(try json(line)) }
}
