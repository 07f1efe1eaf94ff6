import Lifecycle
import Observability
import RouterTesting
import SQLiteStore
import System
import Testing
import WeCom

@testable import Router

@Suite("The folder of received files", .timeLimit(.minutes(1)))
struct ReceivedFolderTests {
    private let directory: TemporaryDirectory
    private let lane = SealedLane()
    private static let bot = Endpoint.bot(BotID("a"))

    init() throws { directory = try TemporaryDirectory(prefix: "router-tests-") }

    private func folder(
        most: Int = 1 << 30, free: Int? = nil, minFree: Int = 0
    ) throws -> ReceivedFolder {
        try ReceivedFolder(at: "\(directory.path)/received", minFree: minFree, most: most) { _ in free }
    }

    private func id(_ number: Int, _ bot: Endpoint = ReceivedFolderTests.bot) -> ReceivedFileID {
        ReceivedFileID(number, with: "m", to: bot)
    }

    private func fetch(
        _ number: Int, to bot: Endpoint = ReceivedFolderTests.bot, into folder: ReceivedFolder
    ) async throws {
        let media = SentMedia(.file, .sealed(url: "https://files/\(number)", key: nil))
        try await SentFileFetch(into: folder).run(id(number, bot), media, through: lane, limit: 1 << 20)
    }

    /// The bytes that a turn gets of a file; nil where it is not there.
    private func given(_ id: ReceivedFileID, by folder: ReceivedFolder) async throws -> [UInt8]? {
        let turn = "\(directory.path)/turn-\(UInt64.random(in: 0 ... .max))"
        try makeDirectory(turn)
        guard try await folder.give(id, into: turn) else { return nil }
        return try readFile("\(turn)/\(SealedLane.name)", limit: 1 << 20)
    }

    @Test("a name of a file is read as it was written, and nothing else is one")
    func names() {
        let id = id(1)
        #expect(ReceivedFileID(id.text) == id && id.share == self.id(2).share && id != self.id(2))
        for text in ["", "..", "\(id)0", String(id.text.dropLast()), id.text.uppercased() + "/", "a-b"] {
            #expect(ReceivedFileID(text) == nil, "\(text)")
        }
        #expect(ReceivedFileID(1, with: "m", to: .bot(BotID("b"))).share != id.share)
    }

    @Test("a file is asked for once, however many want it, and after a start it is there")
    func once() async throws {
        let files = SentFileFetch(into: try folder())
        let media = SentMedia(.file, .sealed(url: "https://files/1", key: nil))
        let (lane, id) = (lane, id(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...20 { group.addTask { try await files.run(id, media, through: lane, limit: 1 << 20) } }
            try await group.waitForAll()
        }
        let again = try folder()
        try await again.takeStock()
        try await fetch(1, into: again)
        #expect(lane.fetches == 1 && again.size == ReceivedLedger.leastWeight)
        #expect(try await given(id, by: again) == Array("https://files/1".utf8))
    }

    @Test("one whose wanter gives up is fetched for the others")
    func givenUp() async throws {
        let files = SentFileFetch(into: try folder())
        let media = SentMedia(.file, .sealed(url: "https://files/1", key: nil))
        let (id, slow) = (id(1), SealedLane(waitingFor: Signpost()))
        let first = Task { try await files.run(id, media, through: slow, limit: 1) }
        await slow.isAsked.wait()
        let second = Task { try await files.run(id, media, through: slow, limit: 1) }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        slow.goesOn?.reach()
        try await second.value
        #expect(try await given(id, by: files.received) == Array("https://files/1".utf8))
    }

    @Test("what will not be had is known after a start as well, what may be had later is asked for again")
    func refusals() async throws {
        for (failure, fetches) in [
            (MediaFailure("too large", mayPass: false), 1), (MediaFailure("no answer", mayPass: true), 2),
        ] {
            let (lane, id) = (SealedLane(failing: failure), ReceivedFileID(1, with: failure.reason, to: Self.bot))
            let media = SentMedia(.file, .sealed(url: "https://files/1", key: nil))
            for _ in 1...2 {
                let folder = try folder()
                try await folder.takeStock()
                await #expect(throws: failure) {
                    try await SentFileFetch(into: folder).run(id, media, through: lane, limit: 1)
                }
            }
            #expect(lane.fetches == fetches)
        }
    }

    @Test("half a file of an earlier process is never used")
    func halves() async throws {
        let path = "\(directory.path)/received/\(id(1))"
        try makeDirectory(path)
        try writeFile("\(path)/.0123.part", [1, 2, 3])
        let folder = try folder()
        #expect(try await given(id(1), by: folder) == nil)
        try await folder.takeStock()
        #expect(!fileExists(path) && folder.size == 0)
        try await fetch(1, into: folder)
        #expect(try await given(id(1), by: folder) == Array("https://files/1".utf8))
    }

    @Test("beyond the bound the bot that has most loses what turns have already, then its oldest")
    func bound() async throws {
        let other = Endpoint.bot(BotID("b"))
        let folder = try folder(most: 4 * ReceivedLedger.leastWeight)
        try await fetch(9, to: other, into: folder)
        for number in 1...3 { try await fetch(number, into: folder) }
        #expect(try await given(id(2), by: folder) != nil)
        try await fetch(4, into: folder)
        #expect(try await given(id(2), by: folder) == nil && folder.dropped == 0)
        try await fetch(5, into: folder)
        #expect(folder.dropped == 1 && folder.size == 4 * ReceivedLedger.leastWeight)
        for (id, isThere) in [(id(1), false), (id(3), true), (id(4), true), (id(5), true), (id(9, other), true)] {
            #expect((try await given(id, by: folder) != nil) == isThere)
        }
    }

    @Test("there is room as long as the disk keeps so much")
    func room() throws {
        #expect(try folder(free: 100, minFree: 60).hasRoom(for: 40))
        #expect(try !folder(free: 100, minFree: 60).hasRoom(for: 41))
        #expect(try folder(free: nil, minFree: 60).hasRoom(for: 41))
    }

    @Test("what came before a moment goes, and counts no more")
    func prune() async throws {
        let folder = try folder()
        try await fetch(1, into: folder)
        #expect(try await folder.prune(before: .now.advanced(by: .seconds(-60))) == 0)
        #expect(try await folder.prune(before: .now.advanced(by: .seconds(60))) == 1)
        #expect(try await given(id(1), by: folder) == nil && folder.size == 0)
    }

    // MARK: Before a turn

    /// Runs what fetches files early until it has nothing to do any more.
    private func fetchEarly(into folder: ReceivedFolder, _ log: Logger) async throws -> String {
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [])
        let (queue, metrics, life) = (SentFileQueue(), Metrics(), ServiceLife())
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        let app = App(
            Self.bot, name: "a", keys: keys, agent: "x", policy: .all, speech: .least, conduct: Conduct(),
            texts: .chinese)
        let current = Serving.Current(Serving(AppDirectory([app]), lanes: [Self.bot: lane]))
        let media = SentMedia(.file, .sealed(url: "https://files/1", key: nil))
        queue.add(
            AcceptedMessage(
                from: UserID("u"), text: "", media: [media], messageID: "m", sentAt: .steady,
                replyAddress: .user(UserID("u"))), to: Self.bot, receivedAt: .steady)
        let early = EarlyFetch(
            store: store, queue: queue, files: SentFileFetch(into: folder), current: current,
            metrics: EarlyFetchMetrics(metrics, of: queue, into: folder), log: log)
        life.tellToStop(by: .now.advanced(by: .seconds(20)))
        await early.run(life)
        await store.close()
        return metrics.page
    }

    @Test("told to stop, it fetches what is left")
    func stop() async throws {
        let (folder, capture) = (try folder(), LogCapture())
        let page = try await fetchEarly(into: folder, capture.log)
        #expect(page.contains(#"early_fetches_total{outcome="fetched"} 1"#), "\(page)")
        #expect(try await given(id(1), by: folder) == Array("https://files/1".utf8))
    }

    @Test("where the disk is short nothing is fetched before its turn, and the log says so")
    func noRoom() async throws {
        let (folder, capture) = (try folder(free: 10 << 20), LogCapture())
        let page = try await fetchEarly(into: folder, capture.log)
        #expect(page.contains(#"early_fetches_total{outcome="no_room"} 1"#) && lane.fetches == 0, "\(page)")
        #expect(capture.finish().contains("a file that a user sent could not be fetched before its turn"))
    }
}
