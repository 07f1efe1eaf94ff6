import PromiseTesting
import System

/// The length of the test, its luck, and what happens in it.
struct Options {
    enum Length {
        /// So many rounds of each disturbance.
        case rounds(Int)
        case minutes(Int)
    }

    var length = Length.rounds(1)
    var seed = UInt64.random(in: 0...999_999)
    var disturbances = Disturbance.allCases
    /// The people who write to each app and bot.
    var people = 8
    /// The program of the version before, beside which this one is tried; nil for this one alone.
    var older: String?

    private static let usage = """
        ClusterTest [--rounds N | --minutes N] [--seed S] [--people N] [--only DISTURBANCE,…] [--older PROGRAM]
          of \(Disturbance.allCases.map(\.rawValue).joined(separator: ", "))
        """

    init(_ arguments: [String]) throws(Usage) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst(), try take(name, value) else { throw Usage(Options.usage) }
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(Usage) -> Bool {
        switch name {
        case "--rounds":
            guard let rounds = Int(value), (1...1000).contains(rounds) else { return false }
            length = .rounds(rounds)
        case "--minutes":
            guard let minutes = Int(value), (1...1440).contains(minutes) else { return false }
            length = .minutes(minutes)
        case "--seed":
            guard let seed = UInt64(value) else { return false }
            self.seed = seed
        case "--people":
            guard let people = Int(value), (1...1000).contains(people) else { return false }
            self.people = people
        case "--only":
            let names = value.split(separator: ",")
            disturbances = names.compactMap { Disturbance(rawValue: String($0)) }
            return !disturbances.isEmpty && disturbances.count == names.count
        case "--older": older = value
        default: return false
        }
        return true
    }

    /// The order of the disturbances: each once, by chance, and again.
    func plan(_ random: inout some RandomNumberGenerator) -> [Disturbance] {
        let times = if case .rounds(let rounds) = length { rounds } else { 10_000 }
        return (0..<times).flatMap { _ in disturbances.shuffled(using: &random) }
    }

    /// The moment at which no further round begins.
    func end(from start: MonotonicTime) -> MonotonicTime? {
        if case .minutes(let minutes) = length { start.advanced(by: .seconds(minutes * 60)) } else { nil }
    }

    var description: String {
        switch length {
        case .rounds(let rounds): "\(rounds) rounds of each of \(disturbances.count) disturbances"
        case .minutes(let minutes): "\(minutes) minutes of \(disturbances.count) disturbances"
        }
    }
}
