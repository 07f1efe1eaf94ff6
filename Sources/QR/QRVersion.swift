/// The size of a code, and how its codewords are divided among blocks of error correction.
struct QRVersion: Sendable, Equatable {
    let number: Int

    /// Larger codes than that of 97 modules do not fit a screen of text.
    static let largest = QRVersion(number: 20)

    /// The smallest version that has room for so many bytes.
    init?(holding bytes: Int) {
        guard let number = (1...QRVersion.largest.number).first(where: { QRVersion(number: $0).room >= bytes }) else {
            return nil
        }
        self.init(number: number)
    }

    init(number: Int) { self.number = number }

    var size: Int { number * 4 + 17 }

    /// Codewords of error correction in each block, by version, for level L.
    private static let correction = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28]
    /// Blocks.
    private static let blocks = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8]

    var correctionPerBlock: Int { QRVersion.correction[number - 1] }
    var blockCount: Int { QRVersion.blocks[number - 1] }

    /// Codewords of both kinds: the modules that are neither patterns nor format, in whole bytes.
    var codewords: Int {
        var modules = (16 * number + 128) * number + 64
        if number >= 2 {
            let patterns = number / 7 + 2
            modules -= (25 * patterns - 10) * patterns - 55
            if number >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    var dataCodewords: Int { codewords - correctionPerBlock * blockCount }

    /// Bits of the number that says how many bytes there are.
    var countBits: Int { number < 10 ? 8 : 16 }

    /// Bytes of text that fit.
    var room: Int { (dataCodewords * 8 - 4 - countBits) / 8 }

    /// The rows, and columns, on whose crossings alignment patterns have their middle.
    var alignment: [Int] {
        guard number > 1 else { return [] }
        let count = number / 7 + 2
        let step = (number * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        return [6] + (0..<(count - 1)).reversed().map { size - 7 - $0 * step }
    }
}
