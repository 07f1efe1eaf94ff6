import Foundation
import Testing
import YAML

@testable import RouterServer

/// The files of deploy/, as far as they can be tried without what runs them.
@Suite("Files for deployments") struct DeploymentTests {
    private static let folder = "deploy"

    private static func files(ending: String) -> [String] {
        let root = Repository.root.appendingPathComponent(folder).path
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }.sorted()
    }

    /// Something for each variable that a configuration names.
    private func value(of name: String) -> String {
        switch name {
        case "WECOM_ROUTER_STORE_URL": "postgres://router:secret@db-1,db-2/router"
        case "WECOM_ROUTER_STORE_SECRET_KEY": String(repeating: "A", count: 43) + "="
        case let name where name.hasSuffix("AES_KEY"): String(repeating: "A", count: 43)
        case let name where name.hasSuffix("AGENT_ID"): "1000002"
        case let name where name.hasSuffix("URL"): "https://desk.example.com/hook"
        default: "a-value-of-some-length"
        }
    }

    /// Compose has parts that are said once; configurations of ours may not.
    @Test("each is YAML, and says nothing twice", arguments: files(ending: ".yaml"))
    func parses(path: String) throws {
        let refusals = try YAMLDocument(Array(Repository.text(path).utf8)).refusals.map(\.message)
        #expect(refusals.filter { !path.hasSuffix("/compose.yaml") || !$0.contains("YAML a") } == [])
    }

    @Test(
        "the configurations are in order, and the examples of their variables name all",
        arguments: [
            (
                "deploy/compose/config/config.yaml",
                ["deploy/compose/router.env.example", "deploy/compose/compose.yaml"]
            ),
            (
                "deploy/kubernetes/config.yaml",
                ["deploy/kubernetes/secret.example.yaml", "deploy/kubernetes/deployment.yaml"]
            ),
        ])
    func configuration(path: String, examples: [String]) throws {
        let text = try Repository.text(path)
        let given = try examples.map { try Repository.text($0) }.joined()
        let names = text.matches(of: #/\$\{([A-Z_]+)/#).map { String($0.output.1) }
        #expect(names.count > 5)
        for name in names { #expect(given.contains(name), "\(name) is in none of \(examples)") }
        let stores = ["WECOM_ROUTER_STORE_URL", "WECOM_ROUTER_STORE_SECRET_KEY"]
        for name in stores { #expect(given.contains(name), "\(name) is in none of \(examples)") }
        let environment = Dictionary(uniqueKeysWithValues: Set(names + stores).map { ($0, value(of: $0)) })
        let files = ConfigurationFiles(
            read: { _, _ in Array(text.utf8) }, mode: { _ in 0o600 }, exists: { $0 == "config.yaml" })
        let configuration = try Configuration.load(file: "config.yaml", environment: environment, files: files)
        #expect(configuration.node.name == value(of: "NODE_NAME"))
        #expect(configuration.store.secretKey != nil)
        guard case .postgres = configuration.store.location else {
            Issue.record("\(configuration.store.location) is no database that several may share")
            return
        }
    }

    @Test(
        "turns are given less time at a stop than whatever runs the server gives it",
        arguments: [
            ("deploy/compose/config/config.yaml", "deploy/compose/compose.yaml", "stop_grace_period: "),
            ("deploy/kubernetes/config.yaml", "deploy/kubernetes/deployment.yaml", "terminationGracePeriodSeconds: "),
        ])
    func patience(path: String, runner: String, key: String) throws {
        let drain = try number(behind: "drain_timeout: ", in: path)
        #expect(try drain + 5 <= number(behind: key, in: runner))
    }

    private func number(behind key: String, in path: String) throws -> Int {
        let text = try Repository.text(path)
        let start = try #require(text.range(of: key), "\(path) has no \(key)").upperBound
        return try #require(Int(text[start...].prefix { $0.isNumber }))
    }
}
