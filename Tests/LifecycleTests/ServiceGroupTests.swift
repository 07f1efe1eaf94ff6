import Lifecycle
import Observability
import System
import Testing

@Suite(.timeLimit(.minutes(2))) struct ServiceGroupTests {
    @Test("services start in order, each when the one before it has, and stop in reverse")
    func order() async throws {
        let record = Lock<[String]>([])
        let (stop, ready) = (Signpost(), Signpost())
        let group = ServiceGroup(
            ["store", "workers", "listener"].map { .init(Scripted($0, record), grace: .seconds(5)) },
            budget: .seconds(60), log: .silent
        )
        async let running: Void = group.run(until: stop) {
            record.withLock { $0.append("ready") }
            ready.reach()
        }
        await ready.wait()
        stop.reach()
        try await running
        #expect(
            record.withLock { $0 } == [
                "store starts", "workers starts", "listener starts", "ready", "listener stops", "workers stops",
                "store stops",
            ]
        )
    }

    @Test("a service that fails stops all, and its error is what comes back")
    func failure() async {
        let record = Lock<[String]>([])
        let failing = Scripted("listener", record, ending: .failing)
        let group = ServiceGroup(
            [.init(Scripted("store", record), grace: .seconds(5)), .init(failing, grace: .seconds(5))],
            budget: .seconds(60), log: .silent
        )
        let (stop, ready) = (Signpost(), Signpost())
        let running = Task { try await group.run(until: stop) { ready.reach() } }
        await ready.wait()
        failing.end.reach()
        await #expect(throws: Scripted.Failure(name: "listener")) { try await running.value }
        #expect(record.withLock { $0 } == ["store starts", "listener starts", "store stops"])
        #expect(stop.isReached)
    }

    @Test("the first failure is what comes back, not what it brought about")
    func firstFailure() async {
        let record = Lock<[String]>([])
        let failing = Scripted("listener", record, ending: .failing)
        let group = ServiceGroup(
            [
                .init(Scripted("store", record, ending: .failingWhenStopped), grace: .seconds(5)),
                .init(failing, grace: .seconds(5)),
            ],
            budget: .seconds(60), log: .silent
        )
        let ready = Signpost()
        let running = Task { try await group.run(until: Signpost()) { ready.reach() } }
        await ready.wait()
        failing.end.reach()
        await #expect(throws: Scripted.Failure(name: "listener")) { try await running.value }
    }

    @Test("a service that cannot start keeps the later ones from starting")
    func failureAtStart() async {
        let record = Lock<[String]>([])
        let services = [
            Scripted("store", record), Scripted("workers", record, ending: .failingAtStart),
            Scripted("listener", record),
        ]
        let group = ServiceGroup(services.map { .init($0, grace: .seconds(5)) }, budget: .seconds(60), log: .silent)
        await #expect(throws: Scripted.Failure(name: "workers")) {
            try await group.run(until: Signpost()) { record.withLock { $0.append("ready") } }
        }
        #expect(record.withLock { $0 } == ["store starts", "store stops"])
    }

    @Test("a service that ends by itself stops all and is named")
    func endedEarly() async {
        let record = Lock<[String]>([])
        let ending = Scripted("workers", record, ending: .returning)
        let group = ServiceGroup([.init(ending, grace: .seconds(5))], budget: .seconds(60), log: .silent)
        let ready = Signpost()
        let running = Task { try await group.run(until: Signpost()) { ready.reach() } }
        await ready.wait()
        ending.end.reach()
        let error = await #expect(throws: ServiceEndedEarly.self) { try await running.value }
        #expect(error?.description == "workers ended by itself")
    }

    @Test("a stop that comes before the start starts nothing")
    func stoppedBefore() async throws {
        let record = Lock<[String]>([])
        let stop = Signpost()
        stop.reach()
        let group = ServiceGroup(
            [.init(Scripted("store", record), grace: .seconds(5))], budget: .seconds(60), log: .silent)
        try await group.run(until: stop) { record.withLock { $0.append("ready") } }
        #expect(record.withLock { $0.isEmpty })
    }

    @Test("a stop reaches a service that is still starting")
    func stoppedWhileStarting() async throws {
        let record = Lock<[String]>([])
        let stop = Signpost()
        let starting = Scripted("store", record, ending: .neverStarting)
        let group = ServiceGroup([.init(starting, grace: .seconds(5))], budget: .seconds(60), log: .silent)
        let running = Task { try await group.run(until: stop) { record.withLock { $0.append("ready") } } }
        await starting.end.wait()
        stop.reach()
        try await running.value
        #expect(record.withLock { $0 } == ["store stops"])
    }

    @Test("a service that does not end is named in the log and left, and those behind it stop in their own time")
    func left() async throws {
        let record = Lock<[String]>([])
        let lines = Lock<[UInt8]>([])
        let sink = LogSink(format: .json) { line in lines.withLock { $0 += line } }
        let stuck = Scripted("workers", record, ending: .never)
        let group = ServiceGroup(
            [
                .init(Scripted("store", record), grace: .seconds(60), reserve: .milliseconds(10)),
                .init(stuck, grace: .milliseconds(1), reserve: .milliseconds(1)),
                .init(Scripted("listener", record), grace: .seconds(60)),
            ], budget: .milliseconds(50), log: Logger(to: sink))
        let (stop, ready) = (Signpost(), Signpost())
        let running = Task { try await group.run(until: stop) { ready.reach() } }
        await ready.wait()
        stop.reach()
        try await running.value
        #expect(group.unended == ["workers"])
        #expect(record.withLock { $0.suffix(2) } == ["listener stops", "store stops"])
        sink.close()
        #expect(String(decoding: lines.withLock { $0 }, as: UTF8.self).contains("workers did not end in its share"))
        stuck.end.reach()
    }

    @Test("the time of a stop runs from when it is asked for, not from when somebody comes to it")
    func askedEarlier() async throws {
        let stop = Signpost()
        #expect(stop.reachedAt == nil)
        stop.reach()
        let first = stop.reachedAt
        stop.reach()
        #expect(first != nil && stop.reachedAt == first)
    }

    @Test("a service that is told to stop learns by when")
    func grace() async throws {
        let life = ServiceLife()
        #expect(life.stopDeadline == nil)
        let deadline = MonotonicTime.now.advanced(by: .seconds(5))
        life.tellToStop(by: deadline)
        await life.untilToldToStop()
        #expect(life.stopDeadline == deadline)
        #expect(life.isToldToStop)
    }
}

/// A service whose end is given.
private final class Scripted: Service {
    enum Ending { case whenTold, failing, returning, failingAtStart, failingWhenStopped, neverStarting, never }

    struct Failure: Error, Equatable { let name: String }

    let name: String
    /// Brings the end about, or says that it has come so far.
    let end = Signpost()
    private let record: Lock<[String]>
    private let ending: Ending

    init(_ name: String, _ record: Lock<[String]>, ending: Ending = .whenTold) {
        self.name = name
        self.record = record
        self.ending = ending
    }

    func run(_ life: ServiceLife) async throws {
        if ending == .failingAtStart { throw Failure(name: name) }
        if ending == .neverStarting {
            end.reach()
        } else {
            record.withLock { $0.append("\(name) starts") }
            life.hasStarted()
        }
        if ending == .failing || ending == .returning { await end.wait() }
        if ending == .failing { throw Failure(name: name) }
        if ending == .returning { return }
        await life.untilToldToStop()
        if ending == .never { return await end.waitThroughCancellation() }
        record.withLock { $0.append("\(name) stops") }
        if ending == .failingWhenStopped { throw Failure(name: name) }
    }
}

extension Logger {
    /// A logger whose lines nobody reads.
    static var silent: Logger { Logger(to: LogSink(format: .text) { _ in }, level: .error) }
}
