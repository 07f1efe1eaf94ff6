import JSON
import Router
import Testing

@testable import Agents

@Suite struct ACPStateTests {
    private func totals(_ cost: Int?, _ input: Int, _ output: Int, _ cached: Int = 0) -> ACPTotals {
        ACPTotals(microdollars: cost, tokens: .init(input: input, output: output, cached: cached))
    }

    @Test("what is kept of a session is read back as it was")
    func roundTrip() {
        var state = ACPState("s-1")
        #expect(state.json == ["session_id": "s-1"])
        #expect(ACPState(state.json) == state)
        state.totals = totals(250_000, 63, 27, 5)
        #expect(ACPState(state.json) == state)
        #expect(ACPState(["session_id": 1]) == nil)
        #expect(ACPState(nil) == nil)
    }

    @Test("a turn has used the difference of the totals")
    func differences() {
        #expect(
            totals(300, 63, 27, 9).since(totals(100, 20, 10, 4))
                == Usage(input: 43, output: 17, cached: 5, microdollars: 200))
        #expect(totals(nil, 63, 27).since(ACPTotals()) == Usage(input: 63, output: 27))
        #expect(ACPTotals().since(ACPTotals()) == nil)
    }

    @Test("totals that went down have begun anew")
    func restart() {
        #expect(totals(40, 10, 30).since(totals(100, 63, 27)) == Usage(input: 10, output: 30, microdollars: 40))
    }

    @Test("an answer's tokens are read by its total")
    func tokens() {
        let read = { (value: JSONValue) in ACPTotals.Tokens(usage: value) }
        #expect(
            read(["totalTokens": 90, "inputTokens": 63, "outputTokens": 27]) == .init(input: 63, output: 27, cached: 0))
        #expect(
            read(["totalTokens": 100, "inputTokens": 10, "outputTokens": 20, "cachedReadTokens": 70])
                == .init(input: 80, output: 20, cached: 70))
        #expect(
            read(["totalTokens": 35, "inputTokens": 10, "outputTokens": 20, "thoughtTokens": 5])
                == .init(input: 10, output: 25, cached: 0))
        #expect(
            read(["totalTokens": 30, "inputTokens": 10, "outputTokens": 20, "thoughtTokens": 5])
                == .init(input: 10, output: 20, cached: 0))
        #expect(read(["inputTokens": -5, "outputTokens": .integer(.max)])?.input == 0)
        #expect(read(.null) == nil)
    }

    @Test("costs are counted in dollars, and nonsense is not")
    func costs() {
        #expect(ACPTotals.microdollars(of: ["amount": .number(0.25), "currency": "USD"]) == 250_000)
        #expect(ACPTotals.microdollars(of: ["amount": 2]) == 2_000_000)
        #expect(ACPTotals.microdollars(of: ["amount": 2, "currency": "CNY"]) == nil)
        #expect(ACPTotals.microdollars(of: ["amount": .number(1e300)]) == nil)
        #expect(ACPTotals.microdollars(of: ["amount": .integer(.max)]) != nil)
        #expect(ACPTotals.microdollars(of: nil) == nil)
    }
}
