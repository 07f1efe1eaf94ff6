import Router
import System
import Testing

@Suite struct SharedTokenTests {
    private static let start = Timestamp(seconds: 1_000_000)

    private func sealed(_ text: String, for life: Duration = .seconds(7200)) -> SharedToken.Sealed {
        SharedToken.Sealed(text, expires: Self.start.advanced(by: life))
    }

    /// A token as a store has it: changed in place.
    private final class Row {
        var token: SharedToken

        init(_ token: SharedToken = SharedToken()) { self.token = token }

        func step(above known: Int64 = 0, for owner: String, after time: Duration = .zero) -> SharedToken.Step {
            token.step(above: known, lasting: .seconds(300), for: owner, at: SharedTokenTests.start.advanced(by: time))
        }

        func keep(_ sealed: SharedToken.Sealed, over number: Int64, by owner: String) -> Bool {
            token.keep(sealed, over: number, by: owner)
        }
    }

    @Test("where there is no token one process asks, and the others wait for it")
    func first() {
        let row = Row()
        #expect(row.step(for: "a") == .fetch(over: 0))
        #expect(row.step(for: "b") == .wait)
        #expect(row.step(for: "c", after: .seconds(14)) == .wait)
        let isKept = row.keep(sealed("one"), over: 0, by: "a")
        #expect(isKept)
        #expect(row.step(for: "b") == .use(sealed("one"), number: 1, left: .seconds(7200)))
    }

    @Test("a process that dies while it asks holds the others up for fifteen seconds")
    func dead() {
        let row = Row()
        _ = row.step(for: "a")
        #expect(row.step(for: "b", after: .seconds(15)) == .fetch(over: 0))
        let isKept = row.keep(sealed("of b"), over: 0, by: "b")
        // The first was only slow.
        let isKeptLate = row.keep(sealed("of a"), over: 0, by: "a")
        #expect(isKept && !isKeptLate)
        #expect(row.token.sealed == sealed("of b") && row.token.number == 1)
    }

    @Test("who was refused with an older token takes the newer one, and asks for none")
    func lateRefusal() {
        let row = Row(SharedToken(number: 7, sealed: sealed("seven")))
        #expect(row.step(above: 6, for: "late") == .use(sealed("seven"), number: 7, left: .seconds(7200)))
        #expect(row.step(above: 7, for: "refused") == .fetch(over: 7))
        #expect(row.step(above: 7, for: "refused too") == .wait)
        // Who has not tried that one yet is not made to wait.
        #expect(row.step(above: 0, for: "new") == .use(sealed("seven"), number: 7, left: .seconds(7200)))
    }

    @Test("a token near its end is replaced by one process while the others go on with it")
    func nearItsEnd() {
        let row = Row(SharedToken(number: 3, sealed: sealed("three")))
        #expect(row.step(for: "a", after: .seconds(6900)) == .fetch(over: 3))
        #expect(
            row.step(for: "b", after: .seconds(6901)) == .use(sealed("three"), number: 3, left: .seconds(299)))
        #expect(row.step(above: 3, for: "c", after: .seconds(6902)) == .wait)
    }

    @Test("after a failure all hold back, for a second and twice as long each time, five minutes at most")
    func holdsBack() {
        let row = Row()
        var time = Duration.zero
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            #expect(row.step(for: "a", after: time) == .fetch(over: 0))
            row.token.noteNone(over: 0, by: "a", because: "no such secret", at: Self.start.advanced(by: time))
            #expect(
                row.step(for: "b", after: time + .seconds(pause) - .milliseconds(1))
                    == .holdBack(reason: "no such secret"))
            time += .seconds(pause)
        }
        #expect(row.step(for: "b", after: time) == .fetch(over: 0))
        let isKept = row.keep(sealed("at last"), over: 0, by: "b")
        #expect(isKept && row.token.failures == 0)
    }

    @Test("a failure that comes late throws no newer token away")
    func lateFailure() {
        let row = Row()
        _ = row.step(for: "a")
        _ = row.step(for: "b", after: .seconds(20))
        _ = row.keep(sealed("of b"), over: 0, by: "b")
        let before = row.token
        row.token.noteNone(over: 0, by: "a", because: "timeout", at: Self.start.advanced(by: .seconds(21)))
        #expect(row.token == before)
    }

    @Test(
        "of a thousand processes that come at random one at a time asks, and a number is given once", arguments: 1...5)
    func crowd(seed: UInt64) {
        var random = seed
        func next(_ bound: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % bound
        }
        let row = Row()
        var known = [Int64](repeating: 0, count: 100)
        var asking: (owner: Int, over: Int64, until: Duration)?
        var given: Set<Int64> = []
        for tick in 0..<20_000 {
            let time = Duration.milliseconds(tick * 50)
            if let current = asking, next(10) == 0 {
                let fresh = SharedToken.Sealed(
                    "\(current.over + 1)", expires: Self.start.advanced(by: time + .seconds(400)))
                if row.keep(fresh, over: current.over, by: "\(current.owner)") {
                    #expect(given.insert(current.over + 1).inserted)
                }
                asking = nil
            }
            let owner = Int(next(100))
            switch row.step(above: known[owner], for: "\(owner)", after: time) {
            case .use(_, let number, _): known[owner] = number
            case .fetch(let over):
                if let asking, asking.owner != owner { #expect(time >= asking.until) }
                asking = (owner, over, time + SharedToken.refreshing)
            case .wait: #expect(asking != nil)
            case .holdBack: Issue.record("nobody failed")
            }
        }
        #expect(given.count > 5)
    }
}
