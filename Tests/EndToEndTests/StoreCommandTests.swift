import Foundation
import Lifecycle
import PostgresTesting
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("wecom-router store copy", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct StoreCommandTests {
    private func copy(_ from: String, _ to: String, in directory: String) async throws -> Program.Ending {
        try await Program("store", "copy", "--from", from, "--to", to, in: directory).finish()
    }

    @Test("moves a store with what is open in it: the answers come from the database, once and in order; and back")
    func moves() async throws {
        let server = try PostgresServer.shared
        let url = server.url(schema: try server.makeSchema())
        try await withWorld { world in
            let path = world.configuration.store.path
            let first = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("OK before", as: UserID("u1"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            let busy = try await copy("sqlite:\(path)", url, in: world.directory)
            #expect(busy.status == 1 && busy.errors.contains("is in use by process"), "\(busy.errors)")
            first.stop()
            try await first.ended()

            // What it accepts now waits in the file: its agent never answers.
            let agent = GatedAgent()
            let second = try await world.startRouter(agents: ["echo": agent])
            for word in ["one", "two"] { await world.wecom.say(word, as: UserID("u1"), to: world.apps[0]) }
            await agent.hasBegun.wait()
            second.stop()
            try await second.ended()

            let done = try await copy("sqlite:\(path)", url, in: world.directory)
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.contains("and the same on both sides"), "\(done.output)")
            let again = try await copy("sqlite:\(path)", url, in: world.directory)
            #expect(again.status == 1 && again.errors.contains("has rows of its own (in apps)"), "\(again.errors)")

            var moved = world
            moved.configuration.store.location = .postgres(url: Secret(url), node: world.directory + "/moved/node")
            let third = try await moved.startRouter(agents: ["echo": ScriptedAgent()])
            let sent = await world.wecom.transcript.delivered(atLeast: 3).map(\.text)
            #expect(
                sent.count == 3 && sent[0].contains("before") && sent[1].contains("one") && sent[2].contains("two"),
                "\(sent)")
            third.stop()
            try await third.ended()

            let back = try await copy(url, "sqlite:\(world.directory)/back/router.db", in: world.directory)
            #expect(back.status == 0, "\(back.errors)")
            var home = world
            home.configuration.store.location = .sqlite(path: world.directory + "/back/router.db")
            let fourth = try await home.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("OK after", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 4).map(\.text).count == 4)
            fourth.stop()
            try await fourth.ended()
        }
    }

    @Test(
        "says what is wrong with what it is given",
        arguments: [
            (["store"], "say backup, restore, check, stats, copy."), (["store", "move"], "store cannot move"),
            (["store", "copy"], "--from is missing"),
            (["store", "copy", "--from", "sqlite:a.db", "--to", "sqlite:b.db"], "both are of one kind"),
            (["store", "copy", "--from", "mysql://a", "--to", "sqlite:b.db"], "--from is of an unknown kind"),
        ])
    func usage(_ arguments: [String], _ complaint: String) async throws {
        let ending = try await Program(running: arguments, in: NSTemporaryDirectory()).finish()
        #expect(ending.status == 2 && ending.errors.contains(complaint), "\(ending.errors)")
    }

    @Test("tells of a file and of a database that are not there, and never the password")
    func absent() async throws {
        let file = try await copy(
            "sqlite:/nowhere/router.db", "postgres://me:hunter2@127.0.0.1:1/none", in: NSTemporaryDirectory())
        #expect(file.status == 1 && file.errors.contains("/nowhere/router.db is not there"), "\(file.errors)")
        let folder = NSTemporaryDirectory() + "absent-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try await copy(
            "postgres://me:hunter2@127.0.0.1:1/none", "sqlite:\(folder)/router.db", in: NSTemporaryDirectory())
        #expect(database.status == 1 && database.errors.contains("the database cannot be opened"), "\(database.errors)")
        #expect(!database.errors.contains("hunter2") && !file.errors.contains("hunter2"))
    }
}
