import System
import Text

/// An app or a bot that is put into a configuration which is there. What people have written around it stays to the letter.
struct DraftAddition {
    let existing: Configuration
    /// The agent of the configuration that answers.
    let agent: String
    private let target: DraftTarget
    private let text: String
    /// The `.env` beside it; empty where there is none.
    private let variables: String

    private static let largest = 8 << 20

    /// Throws where the configuration has faults, or several agents of which `agent` is none.
    init(to target: DraftTarget, agent: String?, environment: [String: String]) throws {
        self.target = target
        existing = try Configuration.load(file: target.configuration, environment: environment)
        let names = existing.agents.keys.sorted()
        guard let agent = agent ?? (names.count == 1 ? names.first : nil), names.contains(agent) else {
            throw UsageError(
                "--add wants the agent that answers: say --agent with one of \(names.joined(separator: ", ")).",
                command: "init")
        }
        self.agent = agent
        text = String(decoding: try readFile(target.configuration, limit: Self.largest), as: UTF8.self)
        variables =
            fileExists(target.variables)
            ? String(decoding: try readFile(target.variables, limit: EnvironmentFile.maxBytes), as: UTF8.self) : ""
    }

    /// Writes the draft's app or bot into it, and its secrets behind those of the `.env`; nothing where what came of it
    /// would not be the same with one more.
    func write(_ draft: ConfigurationDraft, environment: [String: String]) throws -> Configuration {
        let changed = try withAddition(of: draft)
        let secrets = try withVariables(of: draft)
        let files = ConfigurationFiles.over([target.configuration: changed, target.variables: secrets])
        let tried = try Configuration.load(file: target.configuration, environment: environment, files: files)
        guard isSame(tried, but: draft) else { throw unfit }
        try writeFile(target.variables, Array(secrets.utf8))
        try writeFile(target.configuration, Array(changed.utf8))
        return tried
    }

    private func withAddition(of draft: ConfigurationDraft) throws -> String {
        let (key, part) = draft.bots.first.map { ("bots", $0) } ?? ("apps", draft.apps[0])
        var added = part
        added.lines = part.lines.map { $0.key.isSame(as: "agent") ? .init("agent", agent) : $0 }
        guard let changed = ListedText(text).adding(added, to: key) else { throw unfit }
        return changed
    }

    private func withVariables(of draft: ConfigurationDraft) throws -> String {
        let known = EnvironmentFile(variables, named: target.variables).variables
        if let taken = draft.variables.first(where: { known[$0.name] != nil }) {
            throw DraftFailure(
                "\(target.variables) has \(taken.name) already, and nothing is written: take another --name")
        }
        let isWhole = variables.isEmpty || variables.ends(with: "\n")
        return draft.environmentText(after: isWhole ? variables : variables + "\n")
    }

    private func isSame(_ tried: Configuration, but draft: ConfigurationDraft) -> Bool {
        Set(tried.apps.map(\.name)) == Set((existing.apps.map(\.name)) + draft.apps.map(\.name))
            && Set(tried.bots.map(\.name)) == Set((existing.bots.map(\.name)) + draft.bots.map(\.name))
            && tried.agents == existing.agents
    }

    private var unfit: DraftFailure {
        DraftFailure(
            "\(target.configuration) is written in a way to which init cannot add, and nothing is written: name another place "
                + "with --output, and copy the entry from there")
    }
}

/// The text of a configuration, to whose lists something is added.
private struct ListedText {
    private let text: String

    init(_ text: String) { self.text = text }

    /// Puts an entry first into the list under a key, which is made at the end where there is none. Nil where the list is
    /// written within brackets.
    func adding(_ part: ConfigurationDraft.Part, to key: String) -> String? {
        var lines = text.lines.map(String.init)
        guard let head = lines.firstIndex(where: { $0.begins(with: "\(key):") }) else {
            let whole = text.ends(with: "\n") || text.isEmpty ? text : text + "\n"
            return "\(whole)\n\(key):\n\(part.entry(indented: "  "))"
        }
        let rest = lines[head].dropFirst(key.utf8.count + 1).withoutSpaceAround
        guard rest.isEmpty || rest.utf8.first == UInt8(ascii: "#") || rest.isSame(as: "[]") else { return nil }
        if rest.isSame(as: "[]") { lines[head] = "\(key):" }
        let entry = part.entry(indented: indentation(behind: head, in: lines))
        lines.insert(String(entry.dropLast()), at: head + 1)
        return lines.joined(separator: "\n")
    }

    /// The indentation of the entries that are there.
    private func indentation(behind head: Int, in lines: [String]) -> String {
        let first = lines[(head + 1)...].first { line in
            let words = line.withoutSpaceAround
            return !words.isEmpty && words.utf8.first != UInt8(ascii: "#")
        }
        guard let first, first.withoutSpaceAtStart.begins(with: "-") else { return "  " }
        return String(decoding: first.utf8.prefix { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
}
