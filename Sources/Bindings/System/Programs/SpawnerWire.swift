/// An order of the router's to the spawner: one message, of `SpawnerWire.longestOrder` bytes at most.
enum SpawnerOrder: Equatable {
    /// Comes with the program's three streams.
    case start(UInt64, ProgramStart)
    case signal(UInt64, Int32)
}

/// A notice of the spawner's or a keeper's to the router.
enum SpawnerNotice: Equatable {
    case started(UInt64, process: Int32)
    case refused(UInt64, StartFailure)
    /// The program has ended, as `waitpid` puts it; others that it started may live on.
    case ended(UInt64, waitStatus: Int32)
    /// All that the program started has ended, whoever it belongs to by now.
    case gone(UInt64)
}

/// Both ends are the same binary, so the form is plain: numbers of eight bytes, texts with their length before them.
enum SpawnerWire {
    static let longestOrder = 128 << 10
    static let longestNotice = 64

    struct Writer {
        private(set) var bytes: [UInt8] = []

        mutating func put(_ number: some BinaryInteger) {
            let bits = UInt64(truncatingIfNeeded: Int64(number))
            for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }

        mutating func put(_ text: String) {
            put(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
    }

    struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        /// nil behind the end, and where the number does not fit.
        mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
            guard rest.count >= 8 else { return nil }
            var bits: UInt64 = 0
            for (index, byte) in rest.prefix(8).enumerated() { bits |= UInt64(byte) << (8 * index) }
            rest.removeFirst(8)
            return Number(exactly: Int64(bitPattern: bits))
        }

        mutating func text() -> String? {
            guard let count = number(Int.self), count >= 0, count <= rest.count else { return nil }
            defer { rest.removeFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }

        /// A list of at most as many elements as there are bytes for.
        mutating func list<Element>(_ element: (inout Reader) -> Element?) -> [Element]? {
            guard let count = number(Int.self), count >= 0, count <= rest.count / 8 else { return nil }
            var elements: [Element] = []
            for _ in 0..<count {
                guard let next = element(&self) else { return nil }
                elements.append(next)
            }
            return elements
        }
    }
}
