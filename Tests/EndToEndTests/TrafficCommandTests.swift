import Foundation
import JSON
import Testing

@Suite("Traffic and kept worlds at the command line", .timeLimit(.minutes(2))) struct TrafficCommandTests {
    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    @Test("a router is loaded, and the figures are written")
    func traffic() async throws {
        try await withDirectory { directory in
            let (router, wecom) = (try await freePort(), try await freePort())
            let configuration = smallConfiguration.replacing(
                "host: 127.0.0.1, port: 0", with: "host: 127.0.0.1, port: \(router)")
            try write(configuration, to: directory + "/config.yaml")
            let server = try Program("serve", "--api-base-url", "http://127.0.0.1:\(wecom)", in: directory)
            let ending = try await Program(
                "simulate", "--config", "config.yaml", "--port", "\(wecom)", "--traffic", "--users", "10", "--count",
                "30",
                "--json", "figures.json", "--csv", "-", in: directory
            ).finish()
            server.send(SIGTERM)
            _ = await server.finish()
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.errors.contains("30 said, 30 acknowledged, 30 answered; 0 refused"), "\(ending.errors)")
            let rows = ending.output.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.count > 1 && rows.allSatisfy { $0.count == rows[0].count }, "\(ending.output)")
            #expect(rows.dropFirst().first?.first == "1")
            let figures = try JSONValue(
                parsing: Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/figures.json"))))
            #expect(figures["answered"]?["counted"] == 30 && figures["refused"] == 0)
        }
    }

    @Test("a world that is kept is the same after a restart, and another where it is not")
    func kept() async throws {
        try await withDirectory { directory in
            func keys(_ arguments: String...) async throws -> String {
                let terminal = try Terminal()
                let program = try Program(
                    running: ["simulate", "--port", "0", "--playground", "0"] + arguments, at: terminal, in: directory)
                terminal.typeEnd()
                let output = await program.finish().output
                return output.split(separator: "\n").filter { $0.contains("token:") }.joined()
            }
            let first = try await keys("--keep", "world")
            #expect(!first.isEmpty)
            #expect(try await keys("--keep", "world") == first)
            #expect(try await keys() != first)
            #expect(try await keys("--seed", "5") == keys("--seed", "5"))
        }
    }
}
