import HTTP
import Observability
import System
import Testing
import WeCom

@testable import Lanes

/// A message that is old and a clock that is wrong look the same; WeCom's clock tells them apart.
@Suite(.timeLimit(.minutes(5))) struct ClockWatchTests {
    private static let day = Duration.seconds(24 * 3600)

    /// WeCom, whose clock is so far behind ours.
    private struct WeComBehind {
        let clock = WeComClock()
        let asked = Lock(0)
        let lead: Duration

        func watch(log: Logger = .silent) -> ClockWatch {
            ClockWatch(clock, maxAge: { ClockWatchTests.day }, log: log) { [clock, asked, lead] in
                asked.withLock { $0 += 1 }
                clock.hear(ClockWatchTests.head(Timestamp.now.advanced(by: .zero - lead)))
            }
        }
    }

    fileprivate static func head(_ date: Timestamp) -> HTTPHeaders { ["Date": date.httpDate] }

    @Test("an old callback that is replayed says nothing of our clock")
    func replay() async {
        let wecom = WeComBehind(lead: .zero)
        let watch = wecom.watch()
        await watch.judge(.seconds(24 * 3600 + 1))
        await watch.judge(.seconds(365 * 24 * 3600))
        #expect(watch.complaint == nil)
        #expect(wecom.asked.withLock { $0 } == 1)
    }

    @Test("a clock that makes us refuse what is new is a complaint until it is right")
    func ahead() async {
        let wecom = WeComBehind(lead: .seconds(25 * 3600))
        let watch = wecom.watch()
        #expect(watch.complaint == nil)
        await watch.judge(.seconds(25 * 3600 + 2))
        #expect(watch.complaint?.contains("ahead of WeCom's, and callbacks are refused as too old") == true)
        // Replays beside it change nothing.
        await watch.judge(.seconds(365 * 24 * 3600))
        #expect(watch.complaint != nil)
        wecom.clock.hear(ClockWatchTests.head(.now))
        #expect(watch.complaint == nil)
        await watch.judge(.seconds(25 * 3600 + 2))
        #expect(watch.complaint == nil, "with a clock that is right such a callback is old")
    }

    @Test("with a clock that is off, what is too old even by WeCom's clock is no complaint")
    func oldByBoth() async {
        let watch = WeComBehind(lead: .seconds(7200)).watch()
        await watch.judge(.seconds(27 * 3600))
        #expect(watch.complaint == nil)
        await watch.judge(.seconds(25 * 3600))
        #expect(watch.complaint != nil)
    }

    @Test("however many callbacks are refused, WeCom is asked once")
    func once() async {
        let wecom = WeComBehind(lead: .zero)
        let watch = wecom.watch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...100 { group.addTask { await watch.judge(.seconds(25 * 3600)) } }
        }
        #expect(wecom.asked.withLock { $0 } == 1)
    }

    @Test("a WeCom that does not answer is asked once a minute, and nobody is accused")
    func silent() async {
        let asked = Lock(0)
        let watch = ClockWatch(WeComClock(), maxAge: { ClockWatchTests.day }, log: .silent) {
            asked.withLock { $0 += 1 }
        }
        for _ in 1...5 { await watch.judge(.seconds(25 * 3600)) }
        #expect(watch.complaint == nil && asked.withLock { $0 } == 1)
    }

    @Test(
        "a clock that is off by more than a minute is a warning, once an hour, and no complaint", arguments: [75, -75])
    func warning(seconds: Int64) async {
        let lines = Lock<[UInt8]>([])
        let sink = LogSink(format: .json) { line in lines.withLock { $0 += line } }
        let wecom = WeComBehind(lead: .seconds(seconds))
        let watch = wecom.watch(log: Logger(to: sink))
        await watch.look()
        wecom.clock.hear(ClockWatchTests.head(Timestamp.now.advanced(by: .seconds(-seconds))))
        for _ in 1...3 { await watch.look() }
        #expect(watch.complaint == nil && wecom.asked.withLock { $0 } == 0)
        sink.close()
        let log = String(decoding: lines.withLock { $0 }, as: UTF8.self)
        #expect(log.split(separator: "\n").count == 1 && log.contains(seconds < 0 ? "behind WeCom" : "ahead of WeCom"))
    }

    @Test("a clock that is set shows at once, without another answer of WeCom's")
    func set() {
        let clock = WeComClock()
        #expect(clock.lead() == nil)
        let (date, at) = (Timestamp(seconds: 1_900_000_000), MonotonicTime.now)
        clock.hear(ClockWatchTests.head(date), at: at)
        let later = at.advanced(by: .seconds(10))
        #expect(clock.lead(of: date.advanced(by: .seconds(3610)), at: later) == .seconds(3600))
        #expect(clock.lead(of: date.advanced(by: .seconds(10)), at: later) == .zero)
        clock.hear(["Date": "yesterday"], at: later)
        #expect(clock.age(at: later) == .seconds(10))
    }
}

extension Logger {
    fileprivate static var silent: Logger { Logger(to: LogSink(format: .text) { _ in }, level: .error) }
}
