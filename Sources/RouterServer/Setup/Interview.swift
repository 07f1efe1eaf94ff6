import System
import Text
import WeCom

/// Questions at a terminal, each asked again until its answer fits.
final class Interview {
    let print: (String) -> Void
    private var lines = StandardInput.lines().makeAsyncIterator()

    init(print: @escaping (String) -> Void) { self.print = print }

    /// The input ended before everything was answered.
    struct Ended: Error, CustomStringConvertible {
        var description: String { "the input ended before everything was answered, and nothing is written" }
    }

    private static let mostTries = 20

    /// Asks for what the terminal is not to show.
    func askHidden(_ question: String, _ form: Form<Secret>, usual: String? = nil) async throws -> String {
        HiddenInput.begin()
        defer { HiddenInput.restore() }
        return try await ask("\(question), which is not shown", form, usual: usual)
    }

    /// Returns the answer, or `usual` for an empty one.
    func ask<Value>(_ question: String, _ form: Form<Value>, usual: String? = nil) async throws -> String {
        for _ in 0..<Self.mostTries {
            print("\(question)\(usual.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""): ")
            guard let line = await lines.next(isolation: #isolation) else { throw Ended() }
            let answer = trimmed(line)
            if answer.isEmpty, let usual { return usual }
            if answer.isEmpty {
                print("  It is needed.\n")
                continue
            }
            switch form.fit(answer) {
            case .fits(_, let warning):
                if let warning { print("  Note: it \(warning)\n") }
                return answer
            case .mismatch(let complaint): print("  It \(complaint)\n")
            }
        }
        throw Ended()
    }

    /// One of several words, by its first letter or whole.
    func choose(_ question: String, _ words: [String], usual: String) async throws -> String {
        let form = Form<String>(placeholder: usual) { text in
            words.contains { $0.begins(withAnyCaseOf: text) }
                ? .fits(text) : .mismatch("is none of \(words.joined(separator: ", "))")
        }
        let answer = try await ask("\(question) (\(words.joined(separator: ", ")))", form, usual: usual)
        return words.first { $0.begins(withAnyCaseOf: answer) } ?? usual
    }
}
