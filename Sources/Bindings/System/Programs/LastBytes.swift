/// The last bytes of a stream, whatever its length.
struct LastBytes {
    private let capacity: Int
    private var kept: [UInt8] = []
    private(set) var total = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func append(_ bytes: [UInt8]) {
        total += bytes.count
        kept += bytes
        // Now and then rather than each time, so that a byte is moved about once.
        if kept.count > 2 * capacity { kept.removeFirst(kept.count - capacity) }
    }

    var bytes: [UInt8] { Array(kept.suffix(capacity)) }
}
