import Foundation
import HTTP
import HTTPServer
import Lifecycle
import Observability
import ProgramTesting
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

/// `serve` ends by itself a second after `workers.drain_timeout`, whatever its agents do. Each test has a time limit of more than
/// ten times that.
@Suite("A stop while agents are stuck", .timeLimit(.minutes(1)))
struct StuckAgentsTests {
    private static let drain = "workers: { drain_timeout: 300ms }"

    /// A program that heeds no signal but SIGKILL, once it has left a file that names it. Its directory lies four deep.
    private static let deaf = """
        trap '' INT TERM
        : > "../../../../started/$$"
        while :; do sleep 1000; done
        """

    /// The same, after it has taken a prompt as ACP says; it never answers what comes behind.
    private static let deafACP = """
        trap '' INT TERM
        while read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
          case "$line" in
            *'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":1}}' ;;
            *'"session/new"'*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"sessionId":"s-'$$'"}}' ;;
            *'"session/prompt"'*) : > "../../../../started/$$" ;;
          esac
        done
        while :; do sleep 1000; done
        """

    private static func agent(_ kind: String) -> String {
        let (head, script) =
            switch kind {
            case "acp": ("kind: acp", deafACP)
            case "acp that never begins": ("kind: acp", deaf)
            default: ("kind: command\n  format: \(kind)", deaf)
            }
        let lines = script.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n")
        return "bot:\n  \(head)\n  writable: [started]\n  command:\n    - sh\n    - -c\n    - |\n\(lines)"
    }

    @Test(
        "programs that heed nothing are killed, the server ends with 0, and what they were at is answered later",
        arguments: ["text", "jsonl", "claude", "codex", "acp", "acp that never begins"], [1, 12])
    func programs(kind: String, count: Int) async throws {
        try await ServedWorld.with(agents: StuckAgentsTests.agent(kind), rest: StuckAgentsTests.drain) { world in
            let started = "\(world.directory)/started"
            try FileManager.default.createDirectory(atPath: started, withIntermediateDirectories: true)
            try await world.start()
            for person in 1...count { await world.wecom.say("work", as: UserID("u\(person)"), to: world.app) }
            var programs: [String] = []
            while programs.count < count, !Task.isCancelled {
                programs = (try? FileManager.default.contentsOfDirectory(atPath: started)) ?? []
                await beforeLookingAgain()
            }
            #expect(programs.allSatisfy(isAlive))
            let late = await stop(world)
            #expect(programs.allSatisfy { !isAlive($0) })
            try await expectAnswers(to: Array(repeating: "work", count: count), and: late, in: world)
        }
    }

    @Test(
        "servers that never answer are left, the server ends with 0, and what they were at is answered later",
        arguments: ["openai", "http"])
    func servers(kind: String) async throws {
        let loop = try EventLoop(named: "stuck")
        let asked = Lock(0)
        let end = Signpost()
        let service = HTTPListener(
            name: "stuck", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: .silent
        ) { request in
            if request.method == .post { asked.withLock { $0 += 1 } }
            await end.wait()
            return HTTPResponse(.ok)
        }
        let url = "http://127.0.0.1:\(try await service.open())"
        let agent =
            kind == "openai"
            ? "bot: { kind: openai, base_url: \"\(url)/v1\", model: m }"
            : "bot: { kind: http, url: \"\(url)/hook\", secret: very-secret }"
        try await ServedWorld.with(agents: agent, rest: StuckAgentsTests.drain) { world in
            try await world.start()
            for person in 1...12 { await world.wecom.say("work", as: UserID("u\(person)"), to: world.app) }
            while asked.withLock({ $0 }) < 12, !Task.isCancelled { await beforeLookingAgain() }
            let late = await stop(world)
            try await expectAnswers(to: Array(repeating: "work", count: 12), and: late, in: world)
        }
        end.reach()
        await service.quiesce(by: .now)
        loop.stop()
    }

    /// The message that somebody wrote while the server stopped.
    private struct Late {
        var accepted: [String] = []
        /// The last, which may have been accepted all the same: its 200 came to nobody any more.
        var unanswered: String?
    }

    /// Stops the server while somebody goes on writing, whose messages are accepted as long as anybody listens.
    private func stop(_ world: ServedWorld) async -> Late {
        var late = Late()
        guard let server = world.server else { return late }
        server.send(SIGTERM)
        var status: Int? = 200
        while status != nil, !Task.isCancelled {
            let text = "late \(late.accepted.count)"
            let tries = await world.wecom.say(
                text, as: UserID("late\(late.accepted.count)"), to: world.app, patience: .milliseconds(500))
            status = tries.last?.status
            #expect(tries.allSatisfy { $0.status == nil || $0.status == 200 })
            if status == 200 { late.accepted.append(text) } else { late.unanswered = text }
        }
        #expect(await server.finish().status == 0)
        #expect(late.accepted.count > 0)
        return late
    }

    /// After a start with an agent that answers, everybody has an answer, once.
    private func expectAnswers(to texts: [String], and late: Late, in world: ServedWorld) async throws {
        let texts = texts + late.accepted
        let path = "\(world.directory)/config.yaml"
        let configuration = try String(contentsOfFile: path, encoding: .utf8)
        let (start, end) = (
            try #require(configuration.range(of: "agents:")), try #require(configuration.range(of: "apps:"))
        )
        try configuration.replacingCharacters(
            in: start.lowerBound..<end.lowerBound, with: "agents:\n  bot: { kind: echo }\n"
        ).write(toFile: path, atomically: true, encoding: .utf8)
        try await world.start()
        var heard = await world.texts(texts.count)
        if let unanswered = late.unanswered, heard.contains(unanswered) {
            heard = await world.texts(texts.count + 1)
            if let place = heard.firstIndex(of: unanswered) { heard.remove(at: place) }
        }
        #expect(heard.sorted() == texts.sorted())
    }
}
