import Foundation
import HTTP
import HTTPClient
import Lifecycle
import SeededTesting
import Simulator
import System

/// The rounds: the server is started and killed while people go on writing.
struct Stage: Sendable {
    let directory: String
    let cast: Cast
    let wecom: FakeWeCom
    /// The URL of WeCom.
    let api: String
    let transport: CurlTransport
    let ledger = Ledger()
    /// The server that lives now.
    private let server = Lock<RouterProcess?>(nil)

    /// At random is within so much time of the start: some die before they listen, some after hundreds of messages.
    private static let longestLife = 900

    func play(_ plan: [Instant], _ random: inout SeededNumbers, patience: Duration) async throws -> History {
        let log = try logFile()
        var history = History()
        var received = ReceivedFiles(in: directory)
        let following = Task { await ledger.follow(wecom, cast) }
        let people = Task { [seed = random.next()] in await letPeopleTalk(seed: seed) }
        for (number, instant) in plan.enumerated() {
            history.begin()
            let server = try start(log, crashAt: order(instant, &random))
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
        _ = try await transport.send(HTTPRequest(.get, "\(api)/"), HTTPRequestOptions())
    }

    /// WeCom gives no more what the dead server had whole: the next has to find it on its disk. Returns how many files that were.
    private func expire(_ files: [(line: Line, name: String)]) -> Int {
        let media = files.compactMap { ledger.media(called: $0.name, of: $0.line) }
        for one in media { wecom.drop(one) }
        return media.count
    }

    private func order(_ instant: Instant, _ random: inout SeededNumbers) -> String? {
        instant.point.map { "\($0):\(Int.random(in: instant.visits, using: &random))" }
    }

    private func letPeopleTalk(seed: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, conversation) in cast.conversations.enumerated() {
                let person = Person(conversation: conversation, cast: cast, wecom: wecom, ledger: ledger)
                group.addTask { await person.talk(seed: seed &+ UInt64(number)) }
            }
        }
    }

    private func logFile() throws -> FileHandle {
        let path = "\(directory)/server.log"
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}

/// The lives of the servers, and how each ended.
struct History {
    struct Round {
        let instant: Instant
        let ending: RouterProcess.Ending
        /// True if it ended when it was to: a server that was told to crash by itself, and no other.
        let asOrdered: Bool
    }

    private(set) var starts: [MonotonicTime] = []
    private(set) var rounds: [Round] = []
    var lastEnding: RouterProcess.Ending?
    /// Files that a server had when it died, and that WeCom gave no more after that.
    var expired = 0

    mutating func begin() { starts.append(.now) }

    mutating func end(_ instant: Instant, _ ending: RouterProcess.Ending, asOrdered: Bool) {
        rounds.append(Round(instant: instant, ending: ending, asOrdered: asOrdered))
    }

    /// Finds the server that lived then, counted from 0.
    func server(at time: MonotonicTime) -> Int { (starts.lastIndex { $0 <= time } ?? 0) }
}
