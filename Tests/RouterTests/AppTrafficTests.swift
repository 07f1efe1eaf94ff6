import Router
import System
import Testing
import WeCom

@Suite struct AppTrafficTests {
    private let appA = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)))
    private let appB = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(2)))
    private let serving = Serving(AppDirectory([]))
    private let limit = AppPause(code: "45009", advice: "wait", longest: .seconds(3600))
    private let fault = AppPause(code: "60020", advice: "mend it")

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_900_000_000 + seconds) }

    @Test("an app that pauses may send nothing, then one delivery to see, then all")
    func pause() {
        let traffic = AppTraffic()
        #expect(traffic.rules(free: 64, of: 64, at: time(0), serving).admits(appA))
        #expect(traffic.pause(appA, fault, at: time(0)).new == .seconds(60))
        #expect(!traffic.rules(free: 64, of: 64, at: time(59), serving).admits(appA))
        #expect(traffic.rules(free: 64, of: 64, at: time(59), serving).admits(appB))
        #expect(traffic.rules(free: 64, of: 64, at: time(60), serving).admits(appA))
        traffic.began(appA, at: time(0), serving)
        #expect(!traffic.rules(free: 63, of: 64, at: time(61), serving).admits(appA))
        #expect(traffic.resume(appA))
        #expect(traffic.rules(free: 63, of: 64, at: time(61), serving).admits(appA))
        #expect(!traffic.resume(appA))
    }

    @Test("what was on its way when a pause began neither lengthens it nor tells of it again")
    func onePause() {
        let traffic = AppTraffic()
        #expect(traffic.pause(appA, limit, at: time(0)) == (time(60), .seconds(60)))
        #expect(traffic.pause(appA, limit, at: time(5)) == (time(60), nil))
    }

    @Test("pauses double up to their limit, and begin anew after a success")
    func doubling() {
        let traffic = AppTraffic()
        var now = time(0)
        var lengths: [Duration] = []
        for _ in 1...8 {
            let (until, new) = traffic.pause(appA, limit, at: now)
            lengths.append(new ?? .zero)
            now = until
        }
        #expect(lengths == [60, 120, 240, 480, 960, 1920, 3600, 3600].map { .seconds($0) })
        _ = traffic.resume(appA)
        #expect(traffic.pause(appA, limit, at: now).new == .seconds(60))
        #expect(traffic.pause(appB, fault, at: now).new == .seconds(60))
        #expect(traffic.pause(appB, fault, at: now.advanced(by: .seconds(60))).new == .seconds(60))
    }

    @Test("an app whose API hangs leaves places to the others")
    func hanging() {
        let traffic = AppTraffic()
        var free = 64
        while traffic.rules(free: free, of: 64, at: time(0), serving).admits(appA) {
            traffic.began(appA, at: time(0), serving)
            free -= 1
        }
        #expect(free == 16)
        #expect(traffic.rules(free: free, of: 64, at: time(0), serving).admits(appB))
        traffic.ended(appA)
        #expect(traffic.rules(free: free + 1, of: 64, at: time(0), serving).admits(appA))
    }
}
