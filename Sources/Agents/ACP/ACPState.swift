import JSON
import Router
import Text

/// The state of a session that is kept between turns: its id, and what it has used up so far.
struct ACPState: Equatable {
    var sessionID: String
    var totals = ACPTotals()

    init(_ sessionID: String) { self.sessionID = sessionID }

    init?(_ state: JSONValue?) {
        guard let state, let id = state["session_id"]?.string else { return nil }
        sessionID = id
        totals = ACPTotals(
            microdollars: state["cost"]?.integer.map(Int.init(clamping:)),
            tokens: state["tokens"].flatMap(ACPTotals.Tokens.init(kept:)))
    }

    /// The cost in millionths of a dollar.
    var json: JSONValue {
        .members(
            ("session_id", .string(sessionID)), ("cost", totals.microdollars.map { .integer(Int64($0)) }),
            ("tokens", totals.tokens?.json))
    }
}

/// The tokens and money that a session has used up since it began, as far as its agent says.
struct ACPTotals: Equatable {
    struct Tokens: Equatable {
        var input: Int
        var output: Int
        var cached: Int
    }

    var microdollars: Int?
    var tokens: Tokens?

    /// More than that is nonsense.
    private static let most = 1 << 50

    /// Subtracts what was used up before. A total that went down has begun anew.
    func since(_ earlier: ACPTotals) -> Usage? {
        guard self != ACPTotals() else { return nil }
        var usage = Usage()
        let (cost, before) = (microdollars ?? 0, earlier.microdollars ?? 0)
        usage.microdollars = cost >= before ? cost - before : cost
        if let tokens {
            var base = earlier.tokens ?? Tokens(input: 0, output: 0, cached: 0)
            if tokens.input < base.input || tokens.output < base.output || tokens.cached < base.cached {
                base = Tokens(input: 0, output: 0, cached: 0)
            }
            usage.input = tokens.input - base.input
            usage.output = tokens.output - base.output
            usage.cached = tokens.cached - base.cached
        }
        return usage
    }

    /// Takes over the other's totals; those that it does not have stay.
    mutating func take(_ newer: ACPTotals) {
        microdollars = newer.microdollars ?? microdollars
        tokens = newer.tokens ?? tokens
    }

    /// Reads an update of a session: a `usage_update` tells what the session has cost.
    init(_ update: JSONValue) {
        guard update["sessionUpdate"]?.shortString == "usage_update" else { return }
        microdollars = ACPTotals.microdollars(of: update["cost"])
    }

    init(microdollars: Int? = nil, tokens: Tokens? = nil) {
        self.microdollars = microdollars
        self.tokens = tokens
    }

    static func clamped(_ number: Int64?) -> Int { min(max(Int(clamping: number ?? 0), 0), most) }

    /// Reads the `cost` of a `usage_update`. What is not in dollars is not counted.
    static func microdollars(of cost: JSONValue?) -> Int? {
        guard let cost, (cost["currency"]?.shortString ?? "USD").lowercasedASCII == "usd" else { return nil }
        switch cost["amount"] {
        case .integer(let dollars)?: return clamped(dollars.multipliedReportingOverflow(by: 1_000_000).partialValue)
        case .number(let dollars)? where dollars >= 0 && dollars < 1e9: return Int((dollars * 1_000_000).rounded())
        default: return nil
        }
    }
}

extension ACPTotals.Tokens {
    init?(kept value: JSONValue) {
        guard case .object = value else { return nil }
        input = ACPTotals.clamped(value["input"]?.integer)
        output = ACPTotals.clamped(value["output"]?.integer)
        cached = ACPTotals.clamped(value["cached"]?.integer)
    }

    var json: JSONValue {
        ["input": .integer(Int64(input)), "output": .integer(Int64(output)), "cached": .integer(Int64(cached))]
    }

    /// Reads the `usage` of a prompt's answer. Agents are not of one mind whether `inputTokens` has what was cached and
    /// `outputTokens` what was thought: the total tells.
    init?(usage value: JSONValue?) {
        guard let value, value["inputTokens"] != nil || value["outputTokens"] != nil else { return nil }
        let count = { (name: String) in ACPTotals.clamped(value[name]?.integer) }
        let (total, thought) = (count("totalTokens"), count("thoughtTokens"))
        var (input, output) = (count("inputTokens"), count("outputTokens"))
        if total >= input + output + thought { output += thought }
        input = max(input, total - output)
        self.init(input: input, output: output, cached: min(count("cachedReadTokens"), input))
    }
}
