import Foundation
import PostgresTesting
import Testing

/// True where there is a PostgreSQL and an HAProxy.
private let isPossible =
    PostgresServer.isAvailable && FileManager.default.isExecutableFile(atPath: "/usr/sbin/haproxy")

@Suite("Clusters", .enabled(if: isPossible), .timeLimit(.minutes(4)))
struct ClusterTests {
    @Test(
        "whatever is done to one of three servers or to their database, nothing accepted is lost, seen twice, out of order or by the wrong app"
    )
    func shortForm() async throws {
        try await withDirectory { directory in
            let ending = try await Program(
                "--rounds", "1", "--people", "2", "--only", "killed,failover,cut-off", of: "ClusterTest", in: directory
            ).finish()
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("every promise kept"))
        }
    }
}
