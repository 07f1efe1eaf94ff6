import Foundation
import HTTP
import HTTPClient
import Lifecycle
import PromiseTesting
import SeededTesting
import Simulator
import System

/// The rounds: the server is started and killed while people go on writing.
struct Stage: Sendable {
    let directory: String
    let scene: Scene
    /// The server that lives now.
    private let server = Lock<RouterProcess?>(nil)

    /// At random is within so much time of the start: some die before they listen, some after hundreds of messages.
    private static let longestLife = 900

    private var ledger: Ledger { scene.ledger }

    func play(_ plan: [Instant], _ random: inout SeededNumbers, patience: Duration) async throws -> History {
        let log = try logFile()
        var history = History()
        var received = ReceivedFiles(in: directory)
        let following = Task { await ledger.follow(scene.wecom, scene.cast) }
        let people = Task { [seed = random.next()] in await scene.letPeopleTalk(Manners(), seed: seed) }
        for (number, instant) in plan.enumerated() {
            history.begin()
            let server = try start(log, crashAt: instant.order(&random))
            let life = Duration.milliseconds(Int.random(in: 0..<Stage.longestLife, using: &random))
            let endedItself = await server.ends(within: instant == .random ? life : patience)
            server.send(SIGKILL)
            history.end(instant, await server.ending(), asOrdered: endedItself == (instant != .random))
            try await letWeComReadOn()
            history.expired += expire(received.fresh())
            if (number + 1).isMultiple(of: 10) { StandardError.write("\(number + 1) of \(plan.count) rounds\n") }
        }
        history.begin()
        let server = try start(log, crashAt: nil)
        ledger.close()
        await people.value
        ledger.settle()
        _ = await ledger.isSettled.isReached(within: patience)
        server.send(SIGTERM)
        if await !server.ends(within: patience) { server.send(SIGKILL) }
        history.lastEnding = await server.ending()
        following.cancel()
        await following.value
        return history
    }

    private func start(_ log: FileHandle, crashAt: String?) throws -> RouterProcess {
        let server = try RouterProcess(in: directory, log: log, crashAt: crashAt)
        self.server.withLock { $0 = server }
        return server
    }

    /// No server outlives us.
    func strike() { server.withLock { $0 }?.send(SIGKILL) }

    /// Lets WeCom read what the dead server had written: its loop comes to that before it comes to a request of ours.
    private func letWeComReadOn() async throws {
        _ = try await scene.transport.send(HTTPRequest(.get, "\(scene.api)/"), HTTPRequestOptions())
    }

    /// WeCom gives no more what the dead server had whole: the next has to find it on its disk. Returns how many files that were.
    private func expire(_ files: [(line: Line, name: String)]) -> Int {
        let media = files.compactMap { ledger.media(called: $0.name, of: $0.line) }
        for one in media { scene.wecom.drop(one) }
        return media.count
    }

    private func logFile() throws -> FileHandle {
        let path = "\(directory)/server.log"
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
