import Foundation
import JSON
import RouterServer
import RouterTesting
import SQLite
import Simulator
import System
import Testing
import WeCom

@Suite("wecom-router store backup, restore, check and stats", .timeLimit(.minutes(5))) struct StoreKeepingTests {
    private func run(_ arguments: String..., in directory: String) async throws -> Program.Ending {
        try await Program(running: ["store"] + arguments, in: directory).finish()
    }

    /// Lends a world whose store holds one answered message, and a router that runs; `body` stops it.
    private func withRouter(_ body: (LoopbackWorld, RunningRouter) async throws -> Void) async throws {
        try await withWorld { world in
            try world.writeConfiguration()
            let router = try await world.startRouter()
            await world.wecom.say("one", as: UserID("zhangsan"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            try await body(world, router)
        }
    }

    private func jobs(_ path: String) throws -> Int {
        try Connection(to: path, .readOnly).first("SELECT count(*) FROM jobs") { $0.int(0) } ?? -1
    }

    // MARK: All is well

    @Test("a backup is made while a server runs; restore waits until none does; and what is restored is served")
    func roundTrip() async throws {
        try await withRouter { world, router in
            let directory = world.directory
            let done = try await run("backup", "copy.db", "--json", in: directory)
            #expect(done.status == 0, "\(done.errors)")
            let report = try JSONValue(parsing: Array(done.output.utf8))
            #expect(report["file"] == "copy.db" && report["blobs"] == 0)
            #expect((report["bytes"]?.integer ?? 0) == Int64(fileSize(directory + "/copy.db") ?? -1))

            let busy = try await run("restore", "copy.db", "--yes", in: directory)
            #expect(busy.status == 1 && busy.errors.contains("is in use by process"), "\(busy.errors)")
            let check = try await run("check", in: directory)
            #expect(
                check.status == 0 && check.output.contains("all is as it should be"), "\(check.output)\(check.errors)")
            let stats = try await run("stats", in: directory)
            #expect(stats.output.contains("TABLE") && stats.output.contains("oldest job"), "\(stats.output)")

            await world.wecom.say("two", as: UserID("zhangsan"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 2)
            router.stop()
            try await router.ended()

            let unasked = try await run("restore", "copy.db", in: directory)
            #expect(unasked.status == 2 && unasked.errors.contains("say --yes"), "\(unasked.errors)")
            let store = world.configuration.store.path
            #expect(try jobs(store) == 2)
            let restored = try await run("restore", "copy.db", "--yes", in: directory)
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try jobs(store) == 1 && jobs(store + ".before-restore") == 2)

            let again = try await world.startRouter()
            await world.wecom.say("three", as: UserID("zhangsan"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 3).last?.text == "three")
            again.stop()
            try await again.ended()
        }
    }

    @Test("files that are still to be sent go with the copy and come back with it; one that is not there is told of")
    func blobs() async throws {
        try await withRouter { world, router in
            router.stop()
            try await router.ended()
            let (directory, store) = (world.directory, world.configuration.store)
            let name = String(repeating: "a", count: 64), lost = String(repeating: "b", count: 64)
            for blob in [name, lost] {
                try Connection(to: store.path, .readWrite).execute(
                    """
                    INSERT INTO deliveries (delivery, conv, class, kind, state, attempt, checked, body, digest, ended_at)
                    SELECT coalesce(max(delivery), 0) + 1, max(conv), 1, 'message', 'failed', 1, 1,
                        '{"to":{"user":"zhangsan"},"file":{"blob":"\(blob)","name":"a","size":2,"kind":"file"}}', x'00', 0
                    FROM deliveries
                    """)
            }
            try FileManager.default.createDirectory(atPath: store.blobs, withIntermediateDirectories: true)
            try Data("hi".utf8).write(to: URL(filePath: "\(store.blobs)/\(name)"))
            let done = try await run("backup", "copy.db", in: directory)
            #expect(
                done.status == 0 && done.output.contains("1 files still to be sent"), "\(done.output)\(done.errors)")
            #expect(done.output.contains("1 files that are still to be sent are not there"))
            let check = try await run("check", in: directory)
            #expect(check.status == 1 && check.output.contains("not there: \(lost)") && !check.output.contains(name))

            try FileManager.default.removeItem(atPath: "\(store.blobs)/\(name)")
            let restored = try await run("restore", "copy.db", "--yes", in: directory)
            #expect(restored.status == 0 && restored.output.contains("1 files"), "\(restored.output)\(restored.errors)")
            #expect(try String(contentsOfFile: "\(store.blobs)/\(name)", encoding: .utf8) == "hi")
        }
    }

    @Test("a copy for which the disk has no room beside store.min_free is not begun")
    func room() async throws {
        try await withRouter { world, router in
            let path = world.directory + "/config.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("store: { url", with: "store: { min_free: 1024GiB, url").write(
                toFile: path, atomically: true, encoding: .utf8)
            let ending = try await run("backup", "copy.db", in: world.directory)
            #expect(ending.status == 1 && ending.errors.contains("make room"), "\(ending.errors)")
            #expect(!fileExists(world.directory + "/copy.db"))
            router.stop()
            try await router.ended()
        }
    }

    // MARK: Killed

    @Test(
        "killed at its worst instant, a backup leaves the copy of before and a restore leaves the store; both go on afterwards",
        arguments: ["in-backup", "in-restore", "before-restored"])
    func killed(at point: String) async throws {
        try await withRouter { world, router in
            let (directory, store) = (world.directory, world.configuration.store.path)
            #expect(try await run("backup", "copy.db", in: directory).status == 0)
            await world.wecom.say("two", as: UserID("zhangsan"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 2)
            router.stop()
            try await router.ended()

            let verb = point == "in-backup" ? "backup" : "restore"
            let arguments = [verb, "copy.db"] + (verb == "restore" ? ["--yes"] : [])
            let killed = try await Program(
                running: ["store"] + arguments, environment: ["WECOM_ROUTER_CRASH_AT": "\(point):1"], in: directory
            ).finish()
            #expect(killed.status == 128 + 9, "\(killed.status) \(killed.errors)")
            #expect(try jobs(directory + "/copy.db") == 1)
            #expect(try jobs(store) == 2)
            #expect(try await run("check", in: directory).status == 0)

            let again = try await Program(running: ["store"] + arguments, in: directory).finish()
            #expect(again.status == 0, "\(again.errors)")
            #expect(try jobs(directory + "/copy.db") == (verb == "backup" ? 2 : 1))
            #expect(try jobs(store) == (verb == "backup" ? 2 : 1))
        }
    }

    // MARK: Elsewhere

    @Test(
        "of a store in PostgreSQL each says what to use instead",
        arguments: [
            ("backup", "pg_dump -Fc"), ("restore", "pg_restore"), ("check", "pg_amcheck"), ("stats", "pg_total"),
        ])
    func postgres(verb: String, words: String) async throws {
        try await withDirectory { directory in
            try smallConfiguration.appending("\nstore: { url: \"postgres://me:hunter2@127.0.0.1:1/none\" }\n").write(
                toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let arguments = [verb] + (["backup", "restore"].contains(verb) ? ["copy.db"] : [])
            let ending = try await Program(running: ["store"] + arguments, in: directory).finish()
            #expect(ending.status == 1 && ending.errors.contains(words), "\(ending.errors)")
            #expect(!ending.errors.contains("hunter2"))
        }
    }

    @Test(
        "says what is wrong with what it is given",
        arguments: [
            ["backup"], ["restore"], ["check", "copy.db"], ["stats", "--yes"], ["backup", "a.db", "--from", "x"],
            ["copy", "--json"],
        ])
    func usage(arguments: [String]) async throws {
        let ending = try await Program(running: ["store"] + arguments, in: NSTemporaryDirectory()).finish()
        #expect(ending.status == 2, "\(ending.errors)")
    }
}
