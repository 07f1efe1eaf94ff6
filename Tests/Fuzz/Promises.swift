/// The places where a stream is cut, which the same seed brings back (SplitMix64).
struct Cuts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func pieces(of stream: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        let longest = [1, 3, 16, 200][Int(next() % 4)]
        var (pieces, rest) = ([ArraySlice<UInt8>](), stream)
        while !rest.isEmpty {
            pieces.append(rest.prefix(1 + Int(next() % UInt64(longest))))
            rest = rest.dropFirst(pieces.last?.count ?? 0)
        }
        return pieces
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The input of a target, and what decides how the rest of it is cut: its first two bytes.
func input(_ data: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: data, count: count))
}

/// Ends the process where a promise is broken, which libFuzzer takes for a finding.
func check(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError(promise()) }
}
