import System
import Text
import WeCom

/// The two files that a new configuration is written to: itself, and a `.env` beside it.
struct DraftTarget {
    let configuration: String
    let variables: String

    init(_ configuration: String) {
        self.configuration = configuration
        let folder = configuration.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(configuration[...$0]) } ?? ""
        variables = folder + EnvironmentFile.usualName
    }

    /// Throws if anything is in the way.
    func checkFree() throws {
        for path in [configuration, variables] where fileExists(path) {
            throw DraftFailure(
                "\(path) is there already, and nothing is written: name another place with --output, or say --force")
        }
    }

    /// Writes both, or neither where something is in the way and nobody said that it may be replaced. Of a `.env` that is
    /// there the other lines stay. The `sources` of what is written are never written over.
    func write(_ draft: ConfigurationDraft, replacing: Bool, sources: [String] = []) throws {
        let paths = [configuration] + (draft.variables.isEmpty ? [] : [variables])
        for path in paths where fileExists(path) {
            if sources.contains(where: { (try? realPath($0)) == (try? realPath(path)) }) {
                throw DraftFailure("\(path) is what was read, and stays: name another place with --output")
            }
        }
        if !replacing {
            for path in paths where fileExists(path) {
                throw DraftFailure(
                    "\(path) is there already, and nothing is written: name another place with --output, or say --force"
                )
            }
        }
        if paths.count > 1 {
            let others = fileExists(variables) ? try otherLines(than: draft.variables.map(\.name)) : ""
            try write(draft.environmentText(after: others), to: variables, replacing: replacing)
        }
        try write(draft.rendered.text, to: configuration, replacing: replacing)
    }

    private func otherLines(than names: [String]) throws -> String {
        let text = String(decoding: try readFile(variables, limit: EnvironmentFile.maxBytes), as: UTF8.self)
        let lines = text.lines.filter { line in
            let known = EnvironmentFile(String(line), named: variables).variables.keys
            return !known.contains(where: names.contains)
        }
        let kept = lines.joined(separator: "\n")
        return kept.isEmpty || kept.ends(with: "\n") ? String(kept) : kept + "\n"
    }

    /// A file that is not to be replaced is made where nothing is at that moment.
    private func write(_ text: String, to path: String, replacing: Bool) throws {
        if replacing { return try writeFile(path, Array(text.utf8)) }
        let file = try NewFile("\(path).\(Timestamp.now.seconds).part")
        defer { file.remove() }
        try file.append(Array(text.utf8))
        guard try file.move(to: path) else {
            throw DraftFailure("\(path) is there already: name another place with --output, or say --force")
        }
    }
}

/// The reason why a configuration is not written.
struct DraftFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
