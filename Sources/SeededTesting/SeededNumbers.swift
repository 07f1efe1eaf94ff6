import System

/// Random numbers that a seed brings back (SplitMix64).
package struct SeededNumbers: RandomNumberGenerator {
    package let seed: UInt64
    private var state: UInt64

    /// Picks a seed and prints it, so that a failure can be had again: `SEED=number scripts/test --filter …`.
    package init() {
        let given = Process.environment["SEED"].flatMap { UInt64($0) }
        self.init(seed: given ?? .random(in: 0...UInt64.max))
        print("seed \(seed)")
    }

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
