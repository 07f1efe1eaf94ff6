import JSON
import Router
import System
import Text

/// The JSON lines that a program writes, one after another, for one turn's attendant to see that it lives.
struct ProgramLines {
    private let program: RunningProgram
    private let attendant: any TurnAttendant
    private var lines = JSONLines()
    private var waiting: ArraySlice<JSONLines.Line> = []
    private var hasEnded = false
    /// The number of lines that were no JSON, or too long to be read.
    private(set) var noise = 0

    init(of program: RunningProgram, heardBy attendant: any TurnAttendant) {
        self.program = program
        self.attendant = attendant
    }

    /// The next value; nil at the end of the output. What is no JSON is counted and passed over.
    mutating func next() async throws -> JSONValue? {
        while true {
            while let line = waiting.popFirst() {
                switch line {
                case .value(let value): return value
                case .noise, .tooLong: noise += 1
                }
            }
            if hasEnded { return nil }
            if let bytes = try await program.read() {
                try await attendant.hear(.activity)
                waiting = lines.receive(bytes)[...]
            } else {
                hasEnded = true
                if let last = lines.finish() { waiting = [last] }
            }
        }
    }
}

extension RunningProgram {
    /// Writes a value as a line of its own.
    nonisolated func write(line value: JSONValue) async throws { try await write(value.line) }

    /// The last line that the program complained with; empty for none.
    func lastComplaint(without secrets: Redaction) -> String {
        // Hidden in all of it: a secret may have lines.
        let text = secrets.hidden(in: String(decoding: diagnostics, as: UTF8.self))
        let line = text.lines.last(where: \.hasWords) ?? ""
        return String(line).onOneLine()
    }
}
