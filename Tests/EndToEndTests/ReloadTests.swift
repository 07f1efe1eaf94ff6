import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("A reload", .timeLimit(.minutes(2))) struct ReloadTests {
    @Test("under load loses nothing and doubles nothing")
    func underLoad() async throws {
        try await withReloads { world, file, api, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for user in 1...8 {
                    group.addTask {
                        for number in 1...10 {
                            file.withLock { $0.apps[0].texts.failed = "\(user)/\(number)" }
                            let answer = try await api(.post, "/reload")
                            #expect(answer.status == .ok)
                            await world.wecom.say("\(user)/\(number)", as: UserID("u\(user)"), to: world.apps[0])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sent = await world.wecom.transcript.delivered(atLeast: 80).map(\.text)
            #expect(sent.sorted() == (1...8).flatMap { user in (1...10).map { "re: \(user)/\($0)" } }.sorted())
        }
    }

    @Test("says what has changed, and puts apps, texts and limits in force")
    func report() async throws {
        try await withReloads(apps: ["dept-a", "dept-b"]) { world, file, api, _ in
            let later = file.withLock { configuration in
                configuration.apps[0].policy = .nobody
                configuration.server.host = "127.0.0.2"
                return configuration.apps.removeLast()
            }
            let answer = try await api(.post, "/reload")
            #expect(answer.json["apps"] == ["added": [], "changed": ["dept-a"], "removed": ["dept-b"]])
            #expect(answer.json["agents"] == ["added": [], "changed": [], "removed": []])
            #expect(answer.json["settings"] == [] && answer.json["needs_restart"] == ["server.host"])
            #expect(answer.json["leaving"] == ["dept-b"])
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == [ChatTexts.chinese.refused])
            #expect(
                await isRefused(world.wecom.say("hello", as: UserID("u1"), to: world.apps[1], patience: .seconds(2))))

            file.withLock { $0.apps.append(later) }
            let again = try await api(.post, "/reload")
            #expect(again.json["apps"] == ["added": ["dept-b"], "changed": [], "removed": []])
            #expect(again.json["leaving"] == [] && again.json["needs_restart"] == ["server.host"])
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[1])
            #expect(await world.wecom.transcript.delivered(atLeast: 2).map(\.text).last == "re: hello")
        }
    }

    @Test("lets an app that has left answer what it had accepted, what ran and what waited, and takes no more of it")
    func leaving() async throws {
        try await withReloads(apps: ["dept-a", "dept-b"]) { world, file, api, agent in
            await world.wecom.say("HOLD one", as: UserID("u1"), to: world.apps[1])
            await agent.isHolding.wait()
            await world.wecom.say("two", as: UserID("u1"), to: world.apps[1])
            _ = file.withLock { $0.apps.removeLast() }
            let answer = try await api(.post, "/reload")
            #expect(answer.status == .ok)
            #expect(
                await isRefused(world.wecom.say("three", as: UserID("u1"), to: world.apps[1], patience: .seconds(2))))
            agent.release.reach()
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["held: HOLD one", "re: two"])
            #expect(sent.allSatisfy { $0.app == world.apps[1].identity })
        }
    }

    @Test("with a fault changes nothing, and tells each")
    func faulty() async throws {
        try await withReloads { world, file, api, _ in
            let faults = [
                Fault(.file("config.yaml", line: 3, column: 5), "apps[0].agent_id is missing"),
                Fault(.file("config.yaml", line: 9, column: 1), "extra is not a known key"),
            ]
            file.fail(with: ConfigurationError.faults(faults, warnings: []))
            file.withLock { $0.apps[0].policy = .nobody }
            let answer = try await api(.post, "/reload")
            #expect(answer.status.code == 422)
            #expect(answer.json["faults"] == .array(faults.map { .string($0.description) }))
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: hello"])
        }
    }
}

/// The text that a server reads when it is asked to: a configuration, or the reason why there is none.
final class MutableFile: Sendable {
    private let content: Lock<Configuration>
    private let fault = Lock<ConfigurationError?>(nil)

    init(_ configuration: Configuration) { content = Lock(configuration) }

    func withLock<Value: Sendable>(_ change: (inout Configuration) -> Value) -> Value {
        content.withLock { change(&$0) }
    }

    func fail(with error: ConfigurationError?) { fault.withLock { $0 = error } }

    var source: ConfigurationSource {
        ConfigurationSource { [self] in
            if let error = fault.withLock({ $0 }) { throw error }
            return content.withLock { $0 }
        }
    }
}

/// Runs `body` with a router that may be reloaded, and the scripted agent that answers.
func withReloads(
    apps: [String] = ["dept-a"], adjust: (inout Configuration) -> Void = { _ in },
    _ body: (LoopbackWorld, MutableFile, ProgrammingInterface, ScriptedAgent) async throws -> Void
) async throws {
    func open(_ configuration: inout Configuration) {
        configuration.management.token = Secret(ProgrammingInterface.token)
        adjust(&configuration)
    }
    try await withWorld(apps: apps, adjust: open) { world in
        let (file, agent) = (MutableFile(world.configuration), ScriptedAgent())
        let router = try await world.startRouter(agents: ["echo": agent], from: file.source)
        let client = CurlTransport()
        try await attempt {
            let api = ProgrammingInterface(client: client, port: router.managementPort)
            try await body(world, file, api, agent)
        } finally: {
            agent.release.reach()
            await client.close()
            router.stop()
            try await router.ended()
        }
    }
}

/// True if a callback and all its repeats were turned away.
func isRefused(_ tries: [CallbackTry]) -> Bool { tries.allSatisfy { [400, 403].contains($0.status) } }
