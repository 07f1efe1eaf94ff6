/// The bytes of a code, data and error correction, in the order in which they are drawn.
struct QRCodewords {
    let bytes: [UInt8]

    /// `text` fits the version.
    init(of text: [UInt8], in version: QRVersion) {
        let blocks = QRCodewords.blocks(of: QRCodewords.data(text, version), version)
        let divisor = ReedSolomon(degree: version.correctionPerBlock)
        bytes =
            QRCodewords.interleaved(blocks) + QRCodewords.interleaved(blocks.map(divisor.remainder))
    }

    /// Mode and count, the text, and what fills the rest.
    private static func data(_ text: [UInt8], _ version: QRVersion) -> [UInt8] {
        var bits = QRBits()
        bits.append(0b0100, count: 4)
        bits.append(UInt32(text.count), count: version.countBits)
        for byte in text { bits.append(UInt32(byte), count: 8) }
        // The four bits that end the text are zeros, and fill the last byte.
        var bytes = bits.bytes
        let filling: [UInt8] = [0xEC, 0x11]
        for index in 0..<(version.dataCodewords - bytes.count) { bytes.append(filling[index % 2]) }
        return bytes
    }

    /// The last blocks are longer by one where they cannot all be alike.
    private static func blocks(of data: [UInt8], _ version: QRVersion) -> [[UInt8]] {
        let (short, longer) = data.count.quotientAndRemainder(dividingBy: version.blockCount)
        var rest = data[...]
        return (0..<version.blockCount).map { index in
            let length = short + (index >= version.blockCount - longer ? 1 : 0)
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
    }

    /// The first byte of each block, then the second of each, to the end of the longest.
    private static func interleaved(_ blocks: [[UInt8]]) -> [UInt8] {
        let longest = blocks.map(\.count).max() ?? 0
        return (0..<longest).flatMap { index in blocks.compactMap { index < $0.count ? $0[index] : nil } }
    }
}

/// Bits, the first of a byte highest.
private struct QRBits {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ value: UInt32, count bits: Int) {
        for bit in (0..<bits).reversed() {
            if count % 8 == 0 { bytes.append(0) }
            if value >> UInt32(bit) & 1 == 1 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}
