import Router
import System
import Testing

@testable import Agents

@Suite struct StandstillTests {
    private static let start = MonotonicTime.now
    private let reason = AgentFailure(.transient, "waits")

    private func moment(_ seconds: Int) -> MonotonicTime { StandstillTests.start.advanced(by: .seconds(seconds)) }

    @Test("patience is counted from the first word of waiting, whatever follows of that kind")
    func patience() {
        var standstill = Standstill(patience: .seconds(60))
        #expect(standstill.deadline == nil)
        for second in [3, 11, 24, 47] { standstill.note(reason, at: moment(second)) }
        #expect(standstill.deadline == moment(63))
        let early = standstill.judge(at: moment(62))
        #expect(!early)
        #expect(standstill.verdict == nil)
        let over = standstill.judge(at: moment(63))
        #expect(over)
        #expect(standstill.verdict == reason)
    }

    @Test("anything else begins it anew, but for what was given up")
    func anew() {
        var standstill = Standstill(patience: .seconds(60))
        standstill.note(reason, at: moment(0))
        standstill.note(nil, at: moment(59))
        #expect(standstill.deadline == nil)
        let idle = standstill.judge(at: moment(1000))
        #expect(!idle)
        standstill.note(reason, at: moment(1000))
        let early = standstill.judge(at: moment(1059))
        #expect(!early)
        let over = standstill.judge(at: moment(1060))
        #expect(over)
        standstill.note(nil, at: moment(1061))
        #expect(standstill.verdict == reason)
    }
}
