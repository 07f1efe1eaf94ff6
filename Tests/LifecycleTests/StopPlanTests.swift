import System
import Testing

@testable import Lifecycle

@Suite struct StopPlanTests {
    private let now = MonotonicTime.now
    private var plan: StopPlan { StopPlan(end: now.advanced(by: .seconds(9))) }

    private func after(_ milliseconds: Int64) -> MonotonicTime { now.advanced(by: .milliseconds(milliseconds)) }

    @Test("with time to spare a service has its grace, and is waited for as long as others do not need the time")
    func spare() {
        let share = plan.share(
            of: StopTime(grace: .seconds(1), reserve: .milliseconds(100)), at: now, keeping: .milliseconds(400))
        #expect(share == StopPlan.Share(deadline: after(1000), end: after(8600)))
    }

    @Test("what others have used up is gone: a late service has what was kept for it, and no more")
    func late() {
        let share = plan.share(
            of: StopTime(grace: .seconds(5), reserve: .milliseconds(100)), at: after(8500), keeping: .milliseconds(400))
        #expect(share == StopPlan.Share(deadline: after(8500), end: after(8600)))
    }

    @Test("when all time is over nothing is waited for, and no deadline lies in the past")
    func over() {
        let share = plan.share(of: StopTime(grace: .seconds(5)), at: after(9500), keeping: .milliseconds(400))
        #expect(share == StopPlan.Share(deadline: after(9500), end: after(9500)))
    }
}
