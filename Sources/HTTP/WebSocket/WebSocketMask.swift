/// The four bytes that a client's frame is XORed with, which keeps its bytes from being what the sender chose.
package struct WebSocketMask: Sendable, Equatable {
    /// The first byte is the highest.
    private let key: UInt32

    init(_ key: UInt32) { self.key = key }

    /// Takes the first four of these bytes.
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count >= 4, "a mask has four bytes")
        key = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    var bytes: [UInt8] { (0..<4).map { byte($0) } }

    private func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: key >> UInt32(24 - 8 * (index & 3))) }

    /// Masks or unmasks `bytes` from `start` on, of which the first is the one at `offset` in its frame.
    func apply(to bytes: inout MutableSpan<UInt8>, from start: Int, at offset: Int) {
        let (first, second, third, fourth) = (byte(offset), byte(offset + 1), byte(offset + 2), byte(offset + 3))
        var index = start
        while index + 4 <= bytes.count {
            bytes[index] ^= first
            bytes[index + 1] ^= second
            bytes[index + 2] ^= third
            bytes[index + 3] ^= fourth
            index += 4
        }
        while index < bytes.count {
            bytes[index] ^= byte(offset + index - start)
            index += 1
        }
    }
}
