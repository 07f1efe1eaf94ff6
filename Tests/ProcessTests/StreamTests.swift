import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    @Test("a hundred megabytes pass through a slow reader, a pipe's worth at a time")
    func backPressure() async throws {
        try await World.with { world in
            let size = 100 << 20
            let program = try await world.start("head", ["-c", "\(size)", "/dev/zero"])
            // It has filled the pipe and sleeps: nobody reads on without being asked.
            _ = try await program.read()
            var (read, most) = (0, 0)
            while let bytes = try await program.read() {
                read += bytes.count
                most = max(most, bytes.count)
                await beforeLookingAgain()
            }
            #expect(read > size - (1 << 20) && read < size)
            #expect(most <= 64 << 10)
            #expect(await program.ended() == .exited(0))
        }
    }

    /// Programs end while the loop is busy, so that it hears of all of it at once, of the ends first.
    @Test("what a program wrote last is read also when its end is heard of before that")
    func endFirst() async throws {
        try await World.with { world in
            for _ in 1...20 {
                let directory = try TemporaryDirectory(prefix: "stream-tests-")
                func untilThere(_ name: String) -> String {
                    "until [ -e \(directory.path)/\(name) ]; do sleep 0.01; done"
                }
                let other = try await world.shell(untilThere("1"))
                let program = try await world.shell("echo begun; \(untilThere("2")); echo last")
                #expect(try await program.readLines(1) == ["begun"])
                async let rest = program.readAll()
                for _ in 1...50 { await Task.yield() }
                _ = await program.diagnostics
                let processes = [other.processID, program.processID]
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    world.loop.call { [path = directory.path] in
                        continuation.resume(
                            with: Result {
                                for (index, process) in processes.enumerated() {
                                    try writeFile("\(path)/\(index + 1)", [])
                                    while exists("\(process)") {}
                                }
                            })
                    }
                }
                #expect(try await rest == "last\n")
                withExtendedLifetime(directory) {}
            }
        }
    }

    @Test("a program that nobody reads from waits, and can be stopped")
    func unread() async throws {
        try await World.with { world in
            let program = try await world.start("yes")
            #expect(try await program.read() != nil)
            await program.stop(.gentle)
            #expect(await program.ended() == .killed(by: 2))
            // What it had written is there still, and then the end.
            while try await program.read() != nil {}
        }
    }

    @Test("a write to a program that does not read waits, and ends when its task is cancelled")
    func unreadInput() async throws {
        try await World.with { world in
            let program = try await world.start("sleep", ["1000"])
            let writing = Task { try await program.write([UInt8](repeating: 0x78, count: 1 << 20)) }
            let behind = Task { try await program.write([1, 2, 3]) }
            writing.cancel()
            await #expect(throws: CancellationError.self) { try await writing.value }
            _ = await behind.result
            await program.stop(.kill)
            await #expect(throws: ProgramInputClosed()) { try await program.write([1]) }
        }
    }

    @Test("a write to a program that has closed its input, or has ended, says so")
    func brokenPipe() async throws {
        try await World.with { world in
            let deaf = try await world.shell("exec <&-; echo closed; exec sleep 1000")
            #expect(try await deaf.readLines(1) == ["closed"])
            // Until those who handed the stream on have let go of it, a write may still find room in it.
            await #expect(throws: ProgramInputClosed()) { while true { try await deaf.write([1]) } }
            let ending = try await world.shell("read line; exit 3")
            await #expect(throws: ProgramInputClosed()) {
                // More than the pipe holds: the program ends in the middle.
                try await ending.write([UInt8](repeating: 0x0A, count: 1 << 20))
            }
            #expect(await ending.ended() == .exited(3))
        }
    }

    @Test("standard error is drained whatever its length, and its last 64 KiB are kept")
    func diagnostics() async throws {
        try await World.with { world in
            let program = try await world.shell("head -c 20000000 /dev/zero >&2; echo the end >&2; echo out")
            #expect(try await program.readAll() == "out\n")
            await program.gone()
            let kept = await program.diagnostics
            #expect(kept.count == 64 << 10)
            #expect(kept.suffix(8) == Array("the end\n".utf8)[...])
        }
    }

    @Test("a cancelled read loses nothing")
    func cancelledRead() async throws {
        try await World.with { world in
            let cat = try await world.start("cat")
            let reading = Task { try await cat.read() }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            try await cat.write(Array("still here".utf8))
            await cat.closeInput()
            #expect(try await cat.readAll() == "still here")
        }
    }

    @Test("standard error and output can be opened by their names, as scripts do")
    func names() async throws {
        try await World.with { world in
            let program = try await world.shell("cat /dev/stdin > /dev/stdout; echo done > /dev/stderr")
            try await program.write(Array("in".utf8))
            await program.closeInput()
            #expect(try await program.readAll() == "in")
            await program.gone()
            #expect(await program.diagnostics == Array("done\n".utf8))
        }
    }
}
