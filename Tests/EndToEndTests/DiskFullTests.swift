import HTTP
import HTTPClient
import ProgramTesting
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite(
    "A full disk", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: SmallDisk.isAvailable, "it takes the right to mount a small tmpfs"))
struct DiskFullTests {
    @Test("at its end 503 and red; then, without a restart, all goes on: nothing is lost, nothing goes twice")
    func full() async throws {
        try await withRouter(onDiskOf: 8, ballast: 5, minFree: 0) { world, router, disk in
            let said = await sayUntilRefused(world)
            #expect(await reasonsAgainst(router)?.contains("disk") == true)
            #expect(await metrics(of: router).contains("store_refused_messages_total{why=\"min_free\"} 0\n"))
            try disk.dropBallast()
            let later = await sayUntilTaken(world)
            await expectAnswers(to: said + later, in: world)
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await beforeLookingAgain() }
        }
    }

    @Test("below min_free 503 and red, while all that was accepted is answered from the room that is kept")
    func reserve() async throws {
        try await withRouter(onDiskOf: 96, ballast: 44, minFree: 48) { world, router, disk in
            let said = await sayUntilRefused(world)
            #expect(await reasonsAgainst(router)?.contains("store.min_free") == true)
            await expectAnswers(to: said, in: world)
            let page = await metrics(of: router)
            #expect(page.contains("unstored_outcomes_total 0\n") && page.contains("unstored_deliveries_total 0\n"))
            #expect(page.contains("store_refused_messages_total{why=\"disk\"} 0\n"))
            try disk.dropBallast()
            let later = await sayUntilTaken(world)
            await expectAnswers(to: said + later, in: world)
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await beforeLookingAgain() }
        }
    }

    @Test("a start on a full disk serves: 503 and red; with room the store opens and all goes on, without a restart")
    func startOnFullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 4)
        defer { disk.unmount() }
        try disk.fill()
        try await serve(on: disk)
    }

    @Test("a start on a disk that takes no more files serves, too")
    func startWithoutFiles() async throws {
        let disk = try SmallDisk(mebibytes: 4, files: 64)
        defer { disk.unmount() }
        try disk.fillWithFiles()
        try await serve(on: disk, inFolder: true)
    }

    @Test("a start on a full disk over what was accepted before answers it when there is room")
    func startAgainOnFullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 4)
        defer { disk.unmount() }
        try await withWorld(adjust: { $0.store.location = .sqlite(path: disk.path + "/router.db") }) { world in
            for _ in 1...50 { world.wecom.faults.next(.gettoken, .status(503)) }
            let first = try await world.startRouter()
            await world.wecom.say("before", as: UserID("u1"), to: world.apps[0])
            first.stop()
            try await first.ended()
            world.wecom.faults.clear()
            try disk.fill()
            let router = try await world.startRouter()
            #expect(await reasonsAgainst(router)?.contains("disk") == true)
            try disk.dropBallast()
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["before"])
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await beforeLookingAgain() }
            router.stop()
            try await router.ended()
        }
    }

    /// Starts a router on a disk without room, and makes room.
    private func serve(on disk: borrowing SmallDisk, inFolder: Bool = false) async throws {
        let path = disk.path + (inFolder ? "/data/router.db" : "/router.db")
        try await withWorld(adjust: { $0.store.location = .sqlite(path: path) }) { world in
            let router = try await world.startRouter()
            #expect(await reasonsAgainst(router)?.contains("the store cannot be opened yet") == true)
            #expect(await say("too early", as: UserID("u1"), in: world) == 503)
            try disk.dropBallast()
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await beforeLookingAgain() }
            #expect(await say("in time", as: UserID("u1"), in: world) == 200)
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["in time"])
            router.stop()
            try await router.ended()
        }
    }

    // MARK: What people say

    /// One text and whether WeCom was told that we have it.
    private struct Said {
        let user: UserID
        let text: String
        let isAcknowledged: Bool
    }

    private static let talkers = 1...8
    /// After so many texts the talker is somebody else: of a conversation in which 50 wait, a text is acknowledged and not
    /// answered.
    private static let textsOfOne = 40

    /// Everybody talks without a pause until a text of theirs is turned away for good.
    private func sayUntilRefused(_ world: LoopbackWorld) async -> [Said] {
        await everybody { talker in
            var said: [Said] = []
            var status: Int?
            repeat {
                let user = UserID("user\(talker)-\(said.count / DiskFullTests.textsOfOne)")
                let text = "\(user) \(said.count) " + String(repeating: "x", count: 1500)
                status = await say(text, as: user, in: world)
                said.append(Said(user: user, text: text, isAcknowledged: status == 200))
            } while status != 503 && !Task.isCancelled
            return said
        }
    }

    /// Those who talked first say something again until it is taken.
    private func sayUntilTaken(_ world: LoopbackWorld) async -> [Said] {
        await everybody { talker in
            let user = UserID("user\(talker)-0")
            var said: [Said] = []
            repeat {
                let text = "\(user) again \(said.count)"
                let status = await say(text, as: user, in: world)
                said.append(Said(user: user, text: text, isAcknowledged: status == 200))
            } while said.last?.isAcknowledged == false && !Task.isCancelled
            return said
        }
    }

    /// Sends a text, and returns what WeCom was told of it last; nil when it was told nothing in time.
    private func say(_ text: String, as user: UserID, in world: LoopbackWorld) async -> Int? {
        let tries = await world.wecom.say(text, as: user, to: world.apps[0], patience: .seconds(1))
        let status = tries.last?.status
        #expect(status == nil || status == 200 || status == 503)
        return status
    }

    private func everybody(_ talk: @escaping @Sendable (_ talker: Int) async -> [Said]) async -> [Said] {
        await withTaskGroup(of: [Said].self) { group in
            for talker in DiskFullTests.talkers { group.addTask { await talk(talker) } }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    // MARK: What they hear

    /// Waits for the answer to every text that was acknowledged, and holds that each came once and in order. A text that
    /// was turned away may have an answer too: a commit may land after the 503.
    private func expectAnswers(to said: [Said], in world: LoopbackWorld) async {
        var missing = Set(said.filter(\.isAcknowledged).map(\.text))
        var heard: [SentMessage] = []
        while !missing.isEmpty, !Task.isCancelled {
            let known = heard.count
            heard = await world.wecom.transcript.delivered(atLeast: known + 1)
            missing.subtract(heard[known...].map(\.text))
        }
        #expect(missing.isEmpty)
        let swallowed = world.wecom.transcript.messages.filter(\.isSwallowed).map(\.text)
        #expect(swallowed == [], "nothing went twice, not even unseen")
        for user in Set(said.map(\.user)) {
            let texts = heard.filter { $0.to == "\(user)" }.map(\.text)
            let words = said.filter { $0.user == user && texts.contains($0.text) }.map(\.text)
            #expect(texts == words, "\(user)")
        }
    }

    // MARK: The router

    private func withRouter(
        onDiskOf mebibytes: Int, ballast: Int, minFree: Int,
        _ body: (LoopbackWorld, RunningRouter, SmallDisk) async throws -> Void
    ) async throws {
        let disk = try SmallDisk(mebibytes: mebibytes)
        defer { disk.unmount() }
        try disk.load(mebibytes: ballast)
        try await withWorld(adjust: { configuration in
            configuration.store.location = .sqlite(path: disk.path + "/router.db")
            configuration.store.minFree = minFree << 20
        }) { world in
            // Here people are told more in a minute than WeCom would let them hear.
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter()
            try await body(world, router, disk)
            router.stop()
            try await router.ended()
        }
    }

    /// The reasons for which `/ready` is red, as operators see them; nil when it is not.
    private func reasonsAgainst(_ router: RunningRouter) async -> String? {
        let answer = await ask(router, "/ready")
        return answer?.status == .ok ? nil : String(decoding: answer?.bytes ?? [], as: UTF8.self)
    }

    private func metrics(of router: RunningRouter) async -> String {
        String(decoding: await ask(router, "/metrics")?.bytes ?? [], as: UTF8.self)
    }

    private func ask(_ router: RunningRouter, _ path: String) async -> HTTPResponse? {
        let client = CurlTransport()
        let request = HTTPRequest(.get, "http://127.0.0.1:\(router.managementPort)\(path)")
        let response = try? await client.send(request, .init())
        await client.close()
        return response
    }
}
