/// The square on which a code is drawn: patterns that are the same for every text, and the text between them.
struct QRCanvas {
    let version: QRVersion
    let size: Int
    private(set) var modules: [Bool]
    /// The modules that the text and the mask leave alone.
    private var isPattern: [Bool]

    /// Draws everything but the mask. Nil for a text that is too long.
    init?(holding text: [UInt8]) {
        guard let version = QRVersion(holding: text.count) else { return nil }
        self.version = version
        size = version.size
        modules = [Bool](repeating: false, count: size * size)
        isPattern = modules
        drawPatterns()
        draw(QRCodewords(of: text, in: version))
    }

    /// The same with a mask over the text, and the format that names it.
    func masked(by mask: QRMask) -> QRCanvas {
        var canvas = self
        for row in 0..<size {
            for column in 0..<size where !isPattern[row * size + column] && mask.turns(row, column) {
                canvas.modules[row * size + column].toggle()
            }
        }
        canvas.drawFormat(mask)
        return canvas
    }

    // MARK: Patterns

    private mutating func drawPatterns() {
        for index in 0..<size {
            setPattern(6, index, index % 2 == 0)
            setPattern(index, 6, index % 2 == 0)
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
        drawAlignment()
        // Their place is kept free; a mask fills it in.
        drawFormat(.checks)
        drawVersion()
    }

    /// Squares within squares, and the light border that sets them off.
    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for down in -4...4 {
            for right in -4...4 where 0..<size ~= row + down && 0..<size ~= column + right {
                let distance = max(abs(down), abs(right))
                setPattern(row + down, column + right, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment() {
        let places = version.alignment
        guard let first = places.first, let last = places.last else { return }
        for row in places {
            for column in places {
                // The finders are there.
                if (row, column) == (first, first) || (row, column) == (first, last) || (row, column) == (last, first) {
                    continue
                }
                for down in -2...2 {
                    for right in -2...2 {
                        setPattern(row + down, column + right, max(abs(down), abs(right)) != 1)
                    }
                }
            }
        }
    }

    /// Level and mask, twice, with 10 bits by which errors in them are mended.
    private mutating func drawFormat(_ mask: QRMask) {
        // 01 is level L.
        let data = 0b01 << 3 | mask.rawValue
        let bits = (data << 10 | remainder(data, of: 0x537, degree: 10)) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0..<15 {
            // Along the finder at the top left, past the timing patterns.
            switch index {
            case 0...5: setPattern(index, 8, bit(index))
            case 6, 7: setPattern(index + 1, 8, bit(index))
            case 8: setPattern(8, 7, bit(index))
            default: setPattern(8, 14 - index, bit(index))
            }
            if index < 8 {
                setPattern(8, size - 1 - index, bit(index))
            } else {
                setPattern(size - 15 + index, 8, bit(index))
            }
        }
        setPattern(size - 8, 8, true)
    }

    /// The version, twice, from the seventh on.
    private mutating func drawVersion() {
        guard version.number >= 7 else { return }
        let bits = version.number << 12 | remainder(version.number, of: 0x1F25, degree: 12)
        for index in 0..<18 {
            let (far, near) = (size - 11 + index % 3, index / 3)
            setPattern(near, far, bits >> index & 1 == 1)
            setPattern(far, near, bits >> index & 1 == 1)
        }
    }

    private mutating func setPattern(_ row: Int, _ column: Int, _ isDark: Bool) {
        modules[row * size + column] = isDark
        isPattern[row * size + column] = true
    }

    // MARK: The text

    /// Up and down in strips of two columns from the right, past the upright timing pattern.
    private mutating func draw(_ codewords: QRCodewords) {
        var bits = codewords.bytes.lazy.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 == 1 } }.makeIterator()
        var isUpward = true
        for right in stride(from: size - 1, to: 0, by: -2).map({ $0 <= 6 ? $0 - 1 : $0 }) {
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isPattern[row * size + column] {
                    modules[row * size + column] = bits.next() ?? false
                }
            }
            isUpward.toggle()
        }
    }
}

/// The remainder of `data`, shifted by `degree`, divided by a polynomial.
private func remainder(_ data: Int, of divisor: Int, degree: Int) -> Int {
    var rest = data
    for _ in 0..<degree { rest = rest << 1 ^ (rest >> (degree - 1)) * divisor }
    return rest
}
