/// Error correction over the field of 256 elements that QR codes use.
struct ReedSolomon {
    /// The divisor's coefficients from the highest power down, without the leading 1.
    private let divisor: [UInt8]

    init(degree: Int) {
        var divisor = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in divisor.indices {
                divisor[index] = ReedSolomon.product(divisor[index], root)
                if index + 1 < divisor.count { divisor[index] ^= divisor[index + 1] }
            }
            root = ReedSolomon.product(root, 2)
        }
        self.divisor = divisor
    }

    /// The codewords of error correction of a block.
    func remainder(of block: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: divisor.count)
        for byte in block {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for index in remainder.indices { remainder[index] ^= ReedSolomon.product(divisor[index], factor) }
        }
        return remainder
    }

    /// Multiplies modulo x⁸ + x⁴ + x³ + x² + 1.
    private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var product: UInt8 = 0
        for bit in (0..<8).reversed() {
            let carry = product >> 7
            product = product << 1 ^ carry * 0x1D
            product ^= (b >> UInt8(bit) & 1) * a
        }
        return product
    }
}
