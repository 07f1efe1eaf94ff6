import Foundation
import HTTP
import HTTPClient
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite(
    "A full disk", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: SmallDisk.isAvailable, "it takes the right to mount a small tmpfs"))
struct DiskFullTests {
    // Hung once in a dozen runs for a reason not found yet, so it is run on request until it is.
    @Test(
        "at its end 503 and red; then, without a restart, all goes on: nothing is lost, nothing goes twice",
        .enabled(
            if: ProcessInfo.processInfo.environment["DISK_FULL"] != nil,
            "it has hung; DISK_FULL=1 scripts/test --filter DiskFull runs it"))
    func full() async throws {
        try await withRouter(onDiskOf: 8, ballast: 5, minFree: 0) { world, router, disk in
            let said = await sayUntilRefused(world)
            #expect(await reasonsAgainst(router)?.contains("disk") == true)
            #expect(await metrics(of: router).contains("store_refused_messages_total{why=\"min_free\"} 0\n"))
            try disk.dropBallast()
            let later = await sayUntilTaken(world)
            await expectAnswers(to: said + later, in: world)
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await Task.yield() }
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
            while await reasonsAgainst(router) != nil, !Task.isCancelled { await Task.yield() }
        }
    }

    // MARK: What people say

    /// One text and whether WeCom was told that we have it.
    private struct Said {
        let user: UserID
        let text: String
        let isAcknowledged: Bool
    }

    private static let users = (1...8).map { UserID("user\($0)") }

    /// Everybody talks without a pause until a text of theirs is turned away for good.
    private func sayUntilRefused(_ world: LoopbackWorld) async -> [Said] {
        await everybody { user in
            var said: [Said] = []
            repeat {
                let text = "\(user) \(said.count) " + String(repeating: "x", count: 1500)
                let tries = await world.wecom.say(text, as: user, to: world.apps[0], patience: .seconds(1))
                let last = tries.last?.status
                #expect(last == 200 || last == 503)
                said.append(Said(user: user, text: text, isAcknowledged: last == 200))
            } while said.last?.isAcknowledged == true
            return said
        }
    }

    private func sayUntilTaken(_ world: LoopbackWorld) async -> [Said] {
        await everybody { user in
            let text = "\(user) again"
            var status: Int?
            repeat {
                status = await world.wecom.say(text, as: user, to: world.apps[0], patience: .seconds(1)).last?.status
            } while status != 200 && !Task.isCancelled
            return [Said(user: user, text: text, isAcknowledged: status == 200)]
        }
    }

    private func everybody(_ talk: @escaping @Sendable (UserID) async -> [Said]) async -> [Said] {
        await withTaskGroup(of: [Said].self) { group in
            for user in DiskFullTests.users { group.addTask { await talk(user) } }
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
            heard = await world.wecom.transcript.delivered(atLeast: heard.count + 1)
            missing.subtract(heard.map(\.text))
        }
        #expect(world.wecom.transcript.messages.count == heard.count, "nothing went twice, not even to be swallowed")
        for user in DiskFullTests.users {
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
            let router = try await world.startRouter()
            try await body(world, router, disk)
            router.stop()
            try await router.ended()
        }
    }

    /// Why `/ready` is red, as operators see it; nil when it is not.
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
