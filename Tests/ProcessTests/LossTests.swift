import Foundation
import ProgramTesting
import System
import Testing

/// Tests what becomes of programs when whatever looks after them is killed itself.
@Suite(.timeLimit(.minutes(5))) struct LossTests {
    private static let family =
        "trap '' INT TERM HUP; echo $$; echo $PPID; sleep 1000 & echo $!; "
        + "(setsid sh -c 'echo $$; exec sleep 1000' &) ; sleep 1000"

    /// Starts the family; its members, and the keeper that is the parent of the first.
    private func start(_ world: World) async throws -> (RunningProgram, family: [String], keeper: pid_t) {
        let program = try await world.shell(LossTests.family)
        let lines = try await program.readLines(4)
        return (program, [lines[0], lines[2], lines[3]], try #require(pid_t(lines[1])))
    }

    @Test("when the spawner is killed its programs are lost and gone, and the next start finds a new one")
    func spawner() async throws {
        try await World.with { world in
            let (program, family, keeper) = try await start(world)
            kill(try parent(of: keeper), SIGKILL)
            #expect([.lost, .killed(by: SIGKILL)].contains(await program.ended()))
            await program.gone()
            for member in family { #expect(!exists(member)) }
            #expect(await world.spawner.losses == 1)
            let next = try await world.start("echo", ["again"])
            #expect(try await next.readAll() == "again\n")
        }
    }

    @Test("when a keeper is killed its program is lost and gone, and the others run on")
    func keeper() async throws {
        try await World.with { world in
            let other = try await world.start("cat")
            let (program, family, keeper) = try await start(world)
            kill(keeper, SIGKILL)
            #expect(await program.ended() == .lost)
            await program.gone()
            for member in family { #expect(!exists(member)) }
            try await other.write(Array("still here\n".utf8))
            #expect(try await other.readLines(1) == ["still here"])
            #expect(await world.spawner.losses == 0)
        }
    }

    @Test("a signal that ends routers means nothing to those who look after programs while the router lives")
    func strayedSignals() async throws {
        try await World.with { world in
            let cat = try await world.start("cat")
            let keeper = try parent(of: cat.processID)
            for number in [SIGTERM, SIGINT, SIGHUP] {
                kill(keeper, number)
                kill(try parent(of: keeper), number)
            }
            try await cat.write(Array("still here\n".utf8))
            #expect(try await cat.readLines(1) == ["still here"])
            await cat.stop(.gentle)
            #expect(await cat.ended() == .killed(by: SIGINT))
        }
    }

    @Test("an executable that cannot be started is told, and so is one that is no spawner")
    func noSpawner() async throws {
        let loop = try EventLoop(named: "programs")
        defer { loop.stop() }
        for executable in ["/no/such/file", "/bin/true"] {
            let spawner = Spawner(on: loop, executable: executable)
            do throws(SpawnError) {
                _ = try await spawner.start(ProgramStart("cat", environment: [:], in: "/"))
                Issue.record("started by \(executable)")
            } catch {
                #expect(error.description.hasPrefix("no program can be started: "))
            }
            await spawner.close()
        }
    }
}
