import Foundation
import ProgramTesting
import RouterTesting
import System
import Testing

@Suite("A server that systemd has started", .timeLimit(.minutes(2))) struct SupervisedTests {
    @Test("says when it serves, gives signs of life, and says that it stops")
    func told() async throws {
        try await withDirectory { directory in
            let ear = try DatagramEar(at: directory + "/notify")
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let server = try Program(
                running: ["serve"], environment: ["NOTIFY_SOCKET": ear.path, "WATCHDOG_USEC": "100000"], in: directory)
            #expect(await ear.next() == "READY=1")
            for _ in 1...3 { #expect(await ear.next() == "WATCHDOG=1") }
            server.process.send(SIGTERM)
            var last = await ear.next()
            while last == "WATCHDOG=1" { last = await ear.next() }
            #expect(last == "STOPPING=1")
            #expect(await server.finish().status == 0)
        }
    }
}
