import Foundation
import Testing

@testable import RouterServer

@Suite("Documentation of the configuration's keys") struct KeyDocumentationTests {
    /// A key that is none: the complaint about it lists those that are.
    private static let stranger = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"

    /// Sections by the way to them, each with a configuration in which it has a stranger.
    private static let sections: [(name: String, yaml: String)] = {
        let stranger = "\(Self.stranger): 1"
        func agent(_ kind: String) -> String { "agents: { a: { kind: \(kind), \(stranger) } }\napps: []\n" }
        func app(_ section: String) -> String {
            "agents: { a: { kind: echo } }\napps:\n  - name: a\n\(section)"
        }
        let top = ["server", "management", "store", "workers", "log"].map { ($0, "\($0): { \(stranger) }\n") }
        let within = ["commands", "greeting", "limits", "send_defaults"].map {
            ($0, app("    \($0): { \(stranger) }\n"))
        }
        return [("", "\(stranger)\n")] + top + [("retention", "store: { retention: { \(stranger) } }\n")]
            + [
                "echo", "command, command: [true]", "command, command: [true], format: claude",
                "command, command: [true], format: codex", "acp, command: [true]",
                "openai", "responses", "hermes", "dify", "dify, app_type: workflow", "http",
            ].map { ("agents", agent($0)) }
            + [
                ("apps", app("    \(stranger)\n")),
                ("bots", "agents: { a: { kind: echo } }\nbots:\n  - name: a\n    \(stranger)\n"),
                ("bots", "agents: { a: { kind: echo } }\nbots:\n  - name: a\n    mode: socket\n    \(stranger)\n"),
            ] + within
    }()

    @Test("every key that is read is in config.yaml", arguments: sections)
    func known(name: String, yaml: String) throws {
        let reference = try Repository.text("config.yaml")
        let keys = try keys(yaml)
        #expect(keys.count >= 2, "nothing was read of \(name)")
        for key in keys {
            // Each secret may stand in a file, which the head of config.yaml says once.
            let isThere =
                reference.contains("\(key):") || reference.contains("or \(key)")
                || key.hasSuffix("_file") && reference.contains(key.dropLast(5))
            #expect(isThere, "\(name): \(key) is not in config.yaml")
        }
    }

    @Test("no key of config.yaml is unknown, those behind a # among them")
    func documented() throws {
        let lines = try Repository.text("config.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let known = Set(
            try Self.sections.flatMap { try keys($0.yaml) } + ["agents", "apps", "bots", "secrets_key_file"])
        // Names of the user's own, and of what is not ours.
        let own: Set = [
            "helper", "coder", "gemini", "desk", "clerk", "aide", "flow", "hook", "department", "ANTHROPIC_API_KEY",
            "X-Hermes-Session-Key", "HELP",
            "acknowledged",
        ]
        for (index, line) in lines.enumerated() {
            // A key stands at the beginning of a line, perhaps behind # and - .
            guard let match = line.firstMatch(of: #/^ *(?:# (?= ))? *(?:- )?([A-Za-z][A-Za-z0-9_-]*):(?: |$)/#) else {
                continue
            }
            let key = String(match.output.1)
            #expect(known.contains(key) || own.contains(key), "config.yaml:\(index + 1): \(key) is no key")
        }
    }

    private func keys(_ yaml: String) throws -> [String] {
        let faults = try configurationFaults(yaml)
        let complaint = faults.first {
            $0.contains("\(Self.stranger.prefix(40)) is not a known key") && $0.contains("known here: ")
        }
        guard let list = complaint?.components(separatedBy: "known here: ").last else { return [] }
        return list.components(separatedBy: ", ")
    }

    private func configurationFaults(_ yaml: String) throws -> [String] {
        let files = ConfigurationFiles(
            read: { _, _ in Array(yaml.utf8) }, mode: { _ in 0o600 }, exists: { $0 == "config.yaml" })
        do {
            _ = try Configuration.load(file: "config.yaml", environment: [:], files: files)
            return []
        } catch ConfigurationError.faults(let faults, _) {
            return faults.map(\.description)
        }
    }
}
