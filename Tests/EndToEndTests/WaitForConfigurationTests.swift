import Foundation
import Testing

@Suite("serve --wait", .timeLimit(.minutes(2)))
struct WaitForConfigurationTests {
    @Test("waits for a configuration, then for one without faults, tells each once, and serves")
    func serves() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/config.yaml"
            let server = try Program("serve", "--wait", "--config", path, in: directory)
            let missing = await server.untilLogged("waiting for a configuration")
            #expect(missing.contains("config.yaml"))
            try "apps: []".write(toFile: path, atomically: true, encoding: .utf8)
            let faulty = await server.untilLogged("waiting for a configuration")
            #expect(faulty.contains("apps is empty"), "\(faulty)")
            try smallConfiguration.write(toFile: path, atomically: true, encoding: .utf8)
            let log = await server.untilLogged(#""message":"ready""#)
            #expect(log.contains(#""message":"ready""#) && !log.contains("waiting"))
            server.send(SIGTERM)
            let ending = await server.finish()
            #expect(ending.status == 0 && ending.errors.contains(#""message":"stopped""#))
        }
    }

    @Test("ends at once when it is told to while there is nothing to serve")
    func ends() async throws {
        try await withDirectory { directory in
            let server = try Program("serve", "--wait", in: directory)
            _ = await server.untilLogged("waiting for a configuration")
            server.send(SIGTERM)
            let ending = await server.finish()
            #expect(ending.status == 0)
        }
    }

    @Test("is not the rule: without it a missing configuration is told, and ends it with 78")
    func without() async throws {
        try await withDirectory { directory in
            let ending = try await Program("serve", in: directory).finish()
            #expect(ending.status == 78)
        }
    }
}
