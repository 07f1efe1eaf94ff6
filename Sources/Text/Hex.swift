// Hexadecimal digits: written small, read in either case.

extension Sequence<UInt8> {
    /// Two digits for each byte.
    @inlinable package var hex: [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * underestimatedCount)
        for byte in self {
            digits.append((byte >> 4).hexDigit)
            digits.append((byte & 15).hexDigit)
        }
        return digits
    }

    @inlinable package var hexText: String { String(decoding: hex, as: UTF8.self) }
}

extension UInt8 {
    /// The digit of a number below 16.
    @inlinable package var hexDigit: UInt8 { self < 10 ? 0x30 + self : 0x57 + self }

    /// The number that a digit stands for; nil for what is none.
    @inlinable package var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: self - 0x57
        case 0x41...0x46: self - 0x37
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// The byte that the first two digits stand for; nil where two do not stand there.
    @inlinable package var leadingHexByte: UInt8? {
        var digits = prefix(2).makeIterator()
        guard let high = digits.next()?.hexDigitValue, let low = digits.next()?.hexDigitValue else { return nil }
        return high << 4 | low
    }
}
