import Foundation
import ProgramTesting
import SeededTesting
import Testing

@Suite("A command that is stopped")
struct StoppedCommandTests {
    @Test("keeps no server from starting, whenever Ctrl-Z comes", .timeLimit(.minutes(2)))
    func stopped() async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let first = try Program("serve", in: directory)
            _ = await first.untilLogged(#""message":"ready""#)
            first.send(SIGTERM)
            #expect(await first.finish().status == 0)

            var random = SeededNumbers()
            for _ in 1...12 {
                let command = try Program("jobs", in: directory)
                // Up to some tens of milliseconds: before, within and after the time it has the file.
                for _ in 0..<Int.random(in: 0...20_000, using: &random) { sched_yield() }
                command.send(SIGTSTP)
                let server = try Program("serve", in: directory)
                let log = await server.untilLogged(#""message":"ready""#)
                #expect(log.contains(#""message":"ready""#), "seed \(random.seed): \(log)")
                server.send(SIGTERM)
                #expect(await server.finish().status == 0)
                // The server that it may have spoken to is gone: how it ends now is its own affair.
                command.send(SIGCONT)
                _ = await command.finish()
            }
        }
    }
}
