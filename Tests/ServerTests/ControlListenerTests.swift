import Foundation
import HTTP
import HTTPServer
import Lifecycle
import Observability
import System
import TestSupport
import Testing

@testable import RouterServer

@Suite("The listener of the control socket", .timeLimit(.minutes(1))) struct ControlListenerTests {
    @Test("its key is written once, however often its socket has to be tried")
    func key() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "control-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, later) = (folder.appending(path: "control.key").path, folder.appending(path: "later"))
        let loop = try EventLoop(named: "control test")
        let log = Logger(to: LogSink(format: .text) { _ in })
        let service = try #require(
            ControlListenerService(
                at: later.appending(path: "control.sock").path, keyAt: key, ancestor: nil, on: loop, Metrics(), log
            ) { _ in .text(.ok, "") })
        let (ready, stop) = (Signpost(), Signpost())
        let group = ServiceGroup([.init(service, grace: .seconds(5))], budget: .seconds(60), log: log)
        async let running: Void = group.run(until: stop) { ready.reach() }
        // The first try is over: the key is there, the socket's folder is not.
        await ready.wait()
        let first = try number(of: key)
        try FileManager.default.createDirectory(at: later, withIntermediateDirectories: true)
        while !FileManager.default.fileExists(atPath: later.appending(path: "control.sock").path) {
            await beforeLookingAgain()
        }
        #expect(try number(of: key) == first)
        stop.reach()
        try await running
        loop.stop()
    }

    /// The file's own number; another file that takes its place has another.
    private func number(of path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
    }
}
