import Foundation
import HTTP
import HTTPClient
import JSON
import Lifecycle
import RouterServer
import RouterTesting
import SQLite
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What /ready says is what WeCom is told", .timeLimit(.minutes(1)))
struct ReadinessTests {
    enum Deed: CaseIterable, Sendable { case deleted, moved, logDeleted }

    @Test(
        "a store's file that is gone stops acceptance and turns the light red; the reason is for operators alone",
        arguments: Deed.allCases)
    func file(deed: Deed) async throws {
        try await withRouter { world, router, path in
            #expect(await world.wecom.say("before", as: UserID("u1"), to: world.apps[0]).map(\.status) == [200])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            let victim = deed == .logDeleted ? path + "-wal" : path
            if deed == .moved {
                try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            } else {
                try FileManager.default.removeItem(atPath: victim)
            }
            #expect(
                await reasons(router).contains { $0.contains("\(victim) was \(deed == .moved ? "moved" : "deleted")") })
            #expect(await publicAnswer(router) == #"{"status":"not ready"}"#)
            let tries = await say("lost?", in: world)
            #expect(!tries.isEmpty && tries.allSatisfy { $0 == 503 })
            guard deed == .moved else { return }
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
            #expect(await reasons(router) == [])
            #expect(await say("after", in: world) == [200])
            #expect(await world.wecom.transcript.delivered(atLeast: 2).map(\.text) == ["re: before", "re: after"])
        }
    }

    @Test("what was accepted before the file went is answered, once")
    func answered() async throws {
        let agent = ScriptedAgent()
        try await withRouter(agent) { world, router, path in
            await world.wecom.say("HOLD on", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()
            try FileManager.default.removeItem(atPath: path)
            agent.release.reach()
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["held: HOLD on"])
            #expect(await say("more", in: world).last == 503)
            #expect(world.wecom.transcript.delivered.count == 1)
        }
    }

    @Test("a store that is damaged where messages go is red before the first of them")
    func damage() async throws {
        try await withWorld { world in
            let first = try await world.startRouter()
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            first.stop()
            try await first.ended()
            guard case .sqlite(let path) = world.configuration.store.location else { return }
            let page = try #require(
                try Connection(to: path, .readOnly).first("SELECT rootpage FROM sqlite_schema WHERE name = 'dedup'") {
                    $0.int(0)
                })
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: UInt64(page - 1) * 4096)
            try file.write(contentsOf: Data(repeating: 0xee, count: 4096))
            try file.close()
            let router = try await world.startRouter()
            #expect(await reasons(router).contains { $0.contains("damaged") })
            #expect(await say("hello again", in: world).last == 503)
            #expect(await reasons(router).contains { $0.contains("damaged") })
            router.stop()
            try await router.ended()
        }
    }

    @Test(
        "with our clock a day and an hour ahead of WeCom's, new messages are refused and the light says why, until it is right"
    )
    func clock() async throws {
        try await withRouter { world, router, _ in
            world.wecom.clock.advance(by: .seconds(-25 * 3600))
            #expect(await say("new", in: world).last == 403)
            while await reasons(router).isEmpty { await beforeLookingAgain() }
            #expect(await reasons(router).contains { $0.contains("our clock is 90") && $0.contains("set the clock") })
            world.wecom.clock.advance(by: .seconds(25 * 3600))
            // Its answer goes out, and WeCom's says what time it is.
            #expect(await say("now", in: world) == [200])
            while await !reasons(router).isEmpty { await beforeLookingAgain() }
        }
    }

    // MARK: The router

    private func withRouter(
        _ agent: ScriptedAgent = ScriptedAgent(),
        _ body: (LoopbackWorld, RunningRouter, _ path: String) async throws -> Void
    ) async throws {
        try await withWorld { world in
            let router = try await world.startRouter(agents: ["echo": agent])
            guard case .sqlite(let path) = world.configuration.store.location else { return }
            try await attempt {
                try await body(world, router, path)
            } finally: {
                router.stop()
                try await router.ended()
            }
        }
    }

    private func say(_ text: String, in world: LoopbackWorld) async -> [Int?] {
        await world.wecom.say(text, as: UserID("u2"), to: world.apps[0], patience: .milliseconds(200)).map(\.status)
    }

    private func reasons(_ router: RunningRouter) async -> [String] {
        let answer = await ask("http://127.0.0.1:\(router.managementPort)/ready")
        let json = try? JSONValue(parsing: answer?.bytes ?? [])
        return json?["reasons"]?.array?.compactMap(\.string) ?? ["no answer"]
    }

    private func publicAnswer(_ router: RunningRouter) async -> String {
        String(decoding: await ask("http://127.0.0.1:\(router.port)/ready")?.bytes ?? [], as: UTF8.self)
    }

    private func ask(_ url: String) async -> HTTPResponse? {
        let client = CurlTransport()
        let response = try? await client.send(HTTPRequest(.get, url), .init())
        await client.close()
        return response
    }
}
