import PromiseTesting

/// The length of the test, and its luck.
struct Options {
    var rounds = 100
    var seed = UInt64.random(in: 0...999_999)

    private static let usage = "CrashTest [--rounds N] [--seed S]"

    init(_ arguments: [String]) throws(Usage) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage(Options.usage) }
            switch name {
            case "--rounds":
                guard let rounds = Int(value), (1...10_000).contains(rounds) else { throw Usage(Options.usage) }
                self.rounds = rounds
            case "--seed":
                guard let seed = UInt64(value) else { throw Usage(Options.usage) }
                self.seed = seed
            default: throw Usage(Options.usage)
            }
        }
    }
}
