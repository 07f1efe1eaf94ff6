import Foundation
import Lifecycle
import PostgresTesting
import Router
import Simulator
import TestSupport
import Testing

/// Two real servers over one database, each with a disk of its own for the directories in which programs work.
@Suite("The working directory of a conversation", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3)))
struct MovingDirectoryTests {
    /// Counts the turns in a file, and says where it works.
    private static let script = """
        cat >/dev/null
        echo x >> notes
        head -c 4096 /dev/zero > large
        echo "$(grep -c x notes) $PWD"
        """

    @Test("stays with a server that lives, and goes on with its files at another when that is killed, and back again")
    func moves() async throws {
        try await with { world, beta, _ in
            try await world.start(with: beta.environment)
            await world.say("one")
            try await beta.start()
            for text in ["two", "three"] {
                beta.takeCallbacks()
                await world.say(text)
                _ = await world.texts(text == "two" ? 2 : 3)
            }
            let first = await world.texts(3).map(turn)
            #expect(first.map(\.count) == ["1", "2", "3"] && first.allSatisfy { !$0.isAtBeta }, "\(first)")

            await world.kill()
            await world.say("four")
            let fourth = turn(await world.texts(4)[3])
            #expect(fourth.count == "4" && fourth.isAtBeta, "\(fourth)")

            try await world.start(with: beta.environment)
            await world.say("five")
            let fifth = turn(await world.texts(5)[4])
            #expect(fifth.count == "5" && fifth.isAtBeta, "\(fifth)")

            await beta.stop()
            await world.say("six")
            let sixth = turn(await world.texts(6)[5])
            // What lay there from its third turn is not taken for the newest.
            #expect(sixth.count == "6" && !sixth.isAtBeta, "\(sixth)")
        }
    }

    @Test("that is too large to be copied is missed by the next server, which says so, once")
    func large() async throws {
        try await with("workers: { directory_copy: 1KiB, home_timeout: 0 }") { world, beta, _ in
            try await world.start(with: beta.environment)
            await world.say("one")
            #expect(turn(await world.texts(1)[0]).count == "1")
            await world.untilLogged("a working directory is not copied")
            try await beta.start()
            await world.stop()
            beta.takeCallbacks()
            await world.say("two")
            let two = await world.texts(3)
            #expect(two[1] == ChatTexts.chinese.filesLost)
            #expect(turn(two[2]).count == "1" && turn(two[2]).isAtBeta)
            await world.say("three")
            #expect(turn(await world.texts(4)[3]).count == "2")
        }
    }

    @Test("on a disk that all servers share is copied nowhere, and belongs to none of them")
    func shared() async throws {
        try await with("workers: { directory: \"$${PWD}/shared\", directory_shared: true }") { world, beta, ask in
            try await world.start(with: beta.environment)
            await world.say("one")
            try await beta.start()
            beta.takeCallbacks()
            await world.say("two")
            _ = await world.texts(2)
            await world.stop()
            await world.say("three")
            #expect(await world.texts(3).map { turn($0).count } == ["1", "2", "3"])
            #expect(try ask("SELECT count(*) FROM workspaces") == ["0"])
            #expect(try ask("SELECT count(*) FROM conversations WHERE home IS NULL") == ["1"])
        }
    }

    /// The number of turns that the directory remembers, and whose disk it is on.
    private func turn(_ answer: String) -> (count: String, isAtBeta: Bool) {
        (String(answer.prefix { $0 != " " }), answer.contains("/other/"))
    }

    private func with(
        _ rest: String = "",
        _ body: (ServedWorld, SecondServer, _ ask: (String) throws -> [String]) async throws -> Void
    ) async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        try await ServedWorld.with(agents: shell(Self.script), rest: rest) { world in
            try world.homeIsDirectory()
            let beta = SecondServer(
                beside: world,
                environment: [
                    "WECOM_ROUTER_STORE_URL": server.url(schema: schema), "SWIFT_BACKTRACE": "enable=no",
                ])
            try await attempt {
                try await body(world, beta) { try server.run("SET search_path = \(schema); \($0)") }
            } finally: {
                await beta.stop()
            }
        }
    }
}

/// Another server of the same configuration, with a folder of its own.
private final class SecondServer {
    let environment: [String: String]
    private let world: ServedWorld
    private var program: Program?
    private var url = ""

    init(beside world: ServedWorld, environment: [String: String]) {
        self.world = world
        self.environment = environment
    }

    func start() async throws {
        let folder = world.directory + "/other"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try String(contentsOfFile: world.directory + "/config.yaml", encoding: .utf8)
            .write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
        let program = try Program(running: ["serve"], environment: environment, in: folder)
        self.program = program
        let log = await program.untilLogged(#""message":"ready""#)
        let range = try #require(log.firstRange(of: "public listens on 127.0.0.1:"), "\(log)")
        url = "http://127.0.0.1:\(log[range.upperBound...].prefix { $0.isNumber })"
        let following = ServerLog(log)
        Task { await following.follow(program) }
    }

    /// Has WeCom's callbacks come here from now on.
    func takeCallbacks() { world.wecom.setCallbackURL("\(url)/wecom/callback", of: world.app) }

    func stop() async {
        program?.send(SIGTERM)
        _ = await program?.finish()
        program = nil
    }
}
