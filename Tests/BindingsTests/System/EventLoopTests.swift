import System
import Testing

@Suite(.timeLimit(.minutes(5))) struct EventLoopTests {
    @Test("an actor on a loop runs on its thread, and what it awaits comes back there")
    func isolation() async throws {
        let loop = try EventLoop(named: "test")
        let resident = Resident(on: loop)
        #expect(!loop.isCurrent)
        #expect(await resident.visit())
        loop.stop()
    }

    @Test("a loop in the background lets other threads go first")
    func rank() async throws {
        let (usual, background) = (try EventLoop(named: "usual"), try EventLoop(named: "low", rank: .background))
        let (first, second) = (await Resident(on: usual).niceness(), await Resident(on: background).niceness())
        #expect(try #require(second) == #require(first) + 5)
        usual.stop()
        background.stop()
    }

    @Test("visitors from many tasks are let in one at a time, and none is lost")
    func manyVisitors() async throws {
        let loop = try EventLoop(named: "test")
        let resident = Resident(on: loop)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { _ = await resident.visit() } }
        }
        #expect(await resident.count == 1000)
        loop.stop()
    }

    @Test("a loop ticks while somebody asks for it", .timeLimit(.minutes(1)))
    func ticking() async throws {
        let loop = try EventLoop(named: "test")
        await Resident(on: loop).ticks(2)
        loop.stop()
    }

    @Test("ticks come even while tasks keep the loop busy", .timeLimit(.minutes(1)))
    func busy() async throws {
        let loop = try EventLoop(named: "test")
        let resident = Resident(on: loop)
        let isDone = Lock(false)
        let spinning = Task { await resident.spin { isDone.withLock { $0 } } }
        await resident.ticks(1)
        isDone.withLock { $0 = true }
        await spinning.value
        loop.stop()
    }

    @Test("work that was handed over before the loop is stopped is done")
    func stop() async throws {
        let loop = try EventLoop(named: "test")
        let resident = Resident(on: loop)
        async let visits = [resident.visit(), resident.visit()]
        #expect(await visits == [true, true])
        loop.stop()
        loop.stop()
        #expect(!loop.isCurrent)
    }
}

/// Lives on a loop and says where it runs.
private actor Resident: LoopActor {
    nonisolated let loop: EventLoop
    private(set) var count = 0

    init(on loop: EventLoop) { self.loop = loop }

    func visit() async -> Bool {
        count += 1
        let wasOnLoop = loop.isCurrent
        await Task.yield()
        return wasOnLoop && loop.isCurrent
    }

    /// Returns once the loop has ticked so many times.
    func ticks(_ wanted: Int) async {
        let seen = Lock(0)
        let signal = AsyncStream<Void>.makeStream()
        let token = loop.startTicking {
            seen.withLock { $0 += 1 }
            signal.continuation.yield()
        }
        for await _ in signal.stream where seen.withLock({ $0 }) >= wanted { break }
        loop.stopTicking(token)
    }

    /// The 19th field of what the system tells of the thread; its name, in brackets, may hold blanks.
    func niceness() -> Int? {
        let text = (try? readFile("/proc/thread-self/stat", limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
        let fields = text?.split(separator: ")").last?.split(separator: " ")
        return fields.flatMap { $0.count > 16 ? Int($0[16]) : nil }
    }

    func spin(until isDone: @Sendable () -> Bool) async {
        while !isDone() { await Task.yield() }
    }
}
