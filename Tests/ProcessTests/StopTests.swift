import Foundation
import ProgramTesting
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct StopTests {
    /// Says its number, leaves a child in its group and one in a session of its own, and sleeps.
    private static let family =
        "echo $$; sleep 1000 & echo $!; (setsid sh -c 'echo $$; exec sleep 1000' &) ; exec sleep 1000"

    @Test("a program that heeds its first signal is gone with all that it started, whichever group that went to")
    func family() async throws {
        try await World.with { world in
            let program = try await world.shell(StopTests.family)
            let family = try await program.readLines(3)
            for member in family { #expect(exists(member)) }
            await program.stop(.short)
            for member in family { #expect(!exists(member)) }
            #expect(await program.ended() == .killed(by: SIGINT))
            #expect(await world.spawner.count == 0)
        }
    }

    @Test("who does not heed a signal gets the next: interrupt, terminate, kill")
    func ladder() async throws {
        try await World.with { world in
            let program = try await world.shell(
                "trap 'echo interrupted' INT; trap 'echo terminated' TERM; echo ready; while :; do sleep 1000; done")
            #expect(try await program.readLines(1) == ["ready"])
            await program.stop(.short)
            #expect(try await program.readAll() == "interrupted\nterminated\n")
            #expect(await program.ended() == .killed(by: SIGKILL))
        }
    }

    @Test("a program that ends at the first signal in its own way keeps its exit status and its last words")
    func graceful() async throws {
        try await World.with { world in
            let program = try await world.shell(
                "trap 'echo bye; exit 4' INT; echo ready; while :; do sleep 1000; done")
            #expect(try await program.readLines(1) == ["ready"])
            await program.stop(StopLadder([.init(.interrupt, grace: .seconds(600))]))
            #expect(try await program.readAll() == "bye\n")
            #expect(await program.ended() == .exited(4))
        }
    }

    @Test("what a program leaves behind ends with it where that is wanted, before or after it has ended")
    func leftovers() async throws {
        try await World.with { world in
            for isBefore in [true, false] {
                let program = try await world.shell("(setsid sh -c 'echo $$; exec sleep 1000' &); read line; exit 5")
                if isBefore { await program.endLeftovers() }
                let daemon = try await program.readLines(1)[0]
                #expect(exists(daemon))
                await program.closeInput()
                #expect(await program.ended() == .exited(5))
                if !isBefore { await program.endLeftovers() }
                await program.gone()
                #expect(!exists(daemon))
            }
        }
    }

    @Test("a wait for a program's end, or for all of it to be gone, ends with it, or when the task is cancelled")
    func cancelledWait() async throws {
        try await World.with { world in
            let program = try await world.shell("(setsid sleep 1000 &); read line; exit 5")
            for point in [RunningProgram.Point.end, .nothingLeft] {
                for yields in 0..<20 {
                    let waiting = Task { await program.reached(point) }
                    for _ in 0..<yields { await Task.yield() }
                    waiting.cancel()
                    #expect(await waiting.value == false)
                }
            }
            async let ended = program.reached(.end)
            await program.closeInput()
            #expect(await ended)
            async let gone = program.reached(.nothingLeft)
            await program.stop(.kill)
            #expect(await gone)
            #expect(await program.reached(.end))
        }
    }

    @Test("a program that has ended is not gone while something of it lives, and stopping ends that too")
    func leftBehind() async throws {
        try await World.with { world in
            let program = try await world.shell("(setsid sh -c 'echo $$; exec sleep 1000' &); exit 5")
            let daemon = try await program.readLines(1)[0]
            #expect(await program.ended() == .exited(5))
            #expect(exists(daemon))
            #expect(await world.spawner.count == 1)
            await program.stop(.kill)
            #expect(!exists(daemon))
        }
    }

    @Test("the shorter of two ladders counts")
    func twoLadders() async throws {
        try await World.with { world in
            let program = try await world.shell("trap '' INT TERM; echo ready; while :; do sleep 1000; done")
            #expect(try await program.readLines(1) == ["ready"])
            let patient = StopLadder([.init(.interrupt, grace: .seconds(10_000))])
            async let first: Void = program.stop(patient)
            async let second: Void = program.stop(.kill)
            _ = await (first, second)
            await program.stop(patient)
            #expect(await program.ended() == .killed(by: SIGKILL))
        }
    }

    @Test("two hundred programs at once cost this process no thread, and leave no zombie")
    func many() async throws {
        try await World.with { world in
            let first = try await world.start("cat")
            let before = try threadsForPrograms()
            var programs = [first]
            for _ in 1..<200 { programs.append(try await world.start("cat")) }
            for (index, program) in programs.enumerated() { try await program.write(Array("\(index)\n".utf8)) }
            for (index, program) in programs.enumerated() {
                #expect(try await program.readLines(1) == ["\(index)"])
            }
            // Other tests may start a loop of their own meanwhile.
            #expect(try threadsForPrograms() < before + 150)
            let helper = try parent(of: parent(of: first.processID))
            #expect(try children(of: "\(helper)").count == 200)
            await withTaskGroup(of: Void.self) { group in
                for program in programs { group.addTask { await program.stop(.gentle) } }
            }
            for program in programs {
                #expect(await program.ended() == .killed(by: SIGINT))
                #expect(!exists("\(program.processID)"))
            }
            #expect(try children(of: "\(helper)") == [])
        }
    }

    @Test("closing the spawner ends everything")
    func close() async throws {
        try await World.with { world in
            let program = try await world.shell("trap '' INT TERM;" + StopTests.family)
            let family = try await program.readLines(3)
            await world.spawner.close()
            for member in family { #expect(!exists(member)) }
            #expect([.lost, .killed(by: SIGKILL)].contains(await program.ended()))
            await #expect(throws: SpawnError.closed) { try await world.start("cat") }
        }
    }

    @Test("nothing is left of what a router started that was killed, grandchildren in sessions of their own included")
    func killedRouter() async throws {
        let pipe = try ChildProcess.pipe()
        let router = try ChildProcess(
            product("SpawnerTrial"), [StopTests.family, "trap '' INT TERM HUP; " + StopTests.family],
            output: pipe.writing.fileDescriptor)
        try pipe.writing.close()
        let text = await onThread {
            var text = Data()
            while !text.suffix(6).elementsEqual(Data("ready\n".utf8)) {
                let more = pipe.reading.availableData
                if more.isEmpty { break }
                text += more
            }
            return text
        }
        let family = String(decoding: text, as: UTF8.self).split(separator: "\n").dropLast().map(String.init)
        #expect(family.count == 6)
        let helpers = try children(of: "\(router.id)")
        #expect(helpers.count == 1)
        router.send(SIGKILL)
        #expect(await onThread { router.wait() } == .killed(by: SIGKILL))
        try await eventually { !family.contains(where: exists) }
        try await eventually { try helpers.allSatisfy { try isOver($0) } }
    }
}

/// True if a process is gone, or gone but for the entry that its new parent has yet to read.
private func isOver(_ process: String) throws -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
    return text.contains(") Z ")
}
