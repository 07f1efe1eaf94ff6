import Foundation
import Testing

@Suite("Documentation of the log") struct LogDocumentationTests {
    @Test("every warning and error that the server logs is in the table, and no other is")
    func messages() throws {
        var logged: [(message: String, path: String)] = []
        for (path, text) in try Repository.sources("Sources") where !path.contains("/Simulator/") {
            logged += messages(in: text).map { ($0, path) }
        }
        // More than so few: else nothing was looked at.
        #expect(logged.count > 30)
        let rows = try Repository.section("## Log", of: "docs/operations.md")
            .filter { row in row.cells.count >= 3 && ["warning", "error"].contains { row.cells[1].contains($0) } }
        let patterns = rows.flatMap { $0.cells[0].codes }
        for (message, path) in logged {
            #expect(
                patterns.contains { matches(message, $0) },
                "\(message) (\(path)) is in no row of docs/operations.md#log")
        }
        for pattern in patterns {
            #expect(logged.contains { matches($0.message, pattern) }, "\(pattern) is in a row, but nobody logs it")
        }
    }

    /// The texts of `log.warning("…")` and `log.error("…")`, where `…` stands for what is filled in.
    private func messages(in text: String) -> [String] {
        let call =
            #/log\??(?:\.with\([^()]*(?:\([^()]*\))?[^()]*\))?\.(?:warning|error)\(\s*"((?:[^"\\]|\\\((?:[^()]|\([^()]*\))*\)|\\.)*)"/#
        return text.matches(of: call).map { match in
            String(match.output.1).replacing(#/\\\((?:[^()]|\([^()]*\))*\)/#, with: "…")
        }
    }

    /// True if the documented text is the logged one, where `…` stands for anything in either.
    private func matches(_ message: String, _ pattern: String) -> Bool {
        if message == pattern { return true }
        let parts = pattern.components(separatedBy: "…").filter { !$0.isEmpty }
        guard parts.count > 0, pattern.contains("…"), parts.joined().count > 8 else { return false }
        var rest = message[...]
        for part in parts {
            guard let place = rest.range(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return (pattern.hasPrefix("…") || message.hasPrefix(parts[0])) && (pattern.hasSuffix("…") || rest.isEmpty)
    }
}
