import Foundation
import Testing

/// The files of the project, as texts.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every Swift file below a folder.
    static func sources(_ folder: String) throws -> [(path: String, text: String)] {
        let files = try #require(FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path))
        let paths = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
        return try paths.map { ("\(folder)/\($0)", try text("\(folder)/\($0)")) }
    }

    /// The documents that people read.
    static func documents() throws -> [(path: String, text: String)] {
        let docs = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        let paths = ["README.md", "config.yaml"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }.sorted()
        return try paths.map { ($0, try text($0)) }
    }

    /// The lines of a document below a heading, up to the next of its level.
    static func section(_ heading: String, of path: String) throws -> [Substring] {
        let lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == heading }, "\(path) has no \(heading)")
        return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
    }
}

extension Substring {
    /// The texts between backquotes.
    var codes: [String] {
        split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    /// The cells of a row of a table; none of another line.
    var cells: [Substring] {
        guard hasPrefix("|"), !hasPrefix("|---") else { return [] }
        return replacingOccurrences(of: "\\|", with: "\u{1}").dropFirst().split(separator: "|").map { $0[...] }
    }
}
