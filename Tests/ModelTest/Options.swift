/// The length of the walk, and its luck.
struct Options {
    /// The number of steps among which each kind of event and change is to be found.
    static let stepsForAll = 100_000

    var steps = 1_000_000
    var seed = UInt64.random(in: 0...999_999)

    init(_ arguments: [String]) throws(Usage) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage() }
            switch name {
            case "--steps":
                guard let steps = Int(value), (1...1_000_000_000).contains(steps) else { throw Usage() }
                self.steps = steps
            case "--seed":
                guard let seed = UInt64(value) else { throw Usage() }
                self.seed = seed
            default: throw Usage()
            }
        }
    }
}

struct Usage: Error, CustomStringConvertible {
    let description = "Usage: ModelTest [--steps N] [--seed S]"
}
