import Testing

@testable import QR

@Suite struct QRCodeTests {
    /// A code that another encoder has made.
    struct Sample: Sendable, CustomTestStringConvertible {
        let mask: QRMask
        let text: String
        let rows: [String]
        var testDescription: String { "mask \(mask), \(rows.count) modules" }
    }

    static let samples: [Sample] = String(decoding: PackageResources.codes_txt, as: UTF8.self)
        .split(separator: "\n").drop { $0.hasPrefix("# ") }
        .reduce(into: []) { samples, line in
            if let mask = line.first?.wholeNumberValue.flatMap(QRMask.init) {
                samples.append(Sample(mask: mask, text: String(line.dropFirst(2)), rows: []))
            } else if let last = samples.popLast() {
                samples.append(Sample(mask: last.mask, text: last.text, rows: last.rows + [String(line)]))
            }
        }

    private func rows(_ code: QRCode) -> [String] {
        (0..<code.size).map { row in (0..<code.size).map { code.isDark(row, $0) ? "#" : "." }.joined() }
    }

    @Test(
        "a code is what another encoder makes of the text: every mask, one block and several, with a version and without",
        arguments: samples)
    func sample(_ sample: Sample) throws {
        #expect(rows(try #require(QRCode(sample.text, mask: sample.mask))) == sample.rows)
    }

    @Test("the samples are of versions 1, 3, 7 and 10, and have all masks")
    func samplesAreRead() {
        #expect(Set(Self.samples.map(\.rows.count)) == [21, 29, 45, 57] && Set(Self.samples.map(\.mask)).count == 8)
    }

    @Test("the mask that is taken does no more harm than any other")
    func choice() throws {
        for sample in Self.samples {
            let canvas = try #require(QRCanvas(holding: Array(sample.text.utf8)))
            let least = QRMask.allCases.map { canvas.masked(by: $0).penalty }.min()
            let taken = try #require(
                QRMask.allCases.first { QRCode(sample.text, mask: $0) == QRCode(sample.text) })
            #expect(canvas.masked(by: taken).penalty == least)
        }
    }

    /// By the standard's table of capacities for bytes at level L.
    @Test("a text has the smallest version with room for it, up to the largest, and one byte more has none")
    func room() throws {
        let capacities = [
            17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858,
        ]
        for (index, capacity) in capacities.enumerated() {
            #expect(QRVersion(holding: capacity)?.number == index + 1)
        }
        #expect(QRCode.longest == 858 && QRCode(String(repeating: "a", count: 858))?.size == 97)
        #expect(QRCode(String(repeating: "a", count: 859)) == nil && QRCode("")?.size == 21)
    }

    @Test("in text two rows stand in each line, within a light border of four modules")
    func text() throws {
        let code = try #require(QRCode("hello"))
        let lines = code.lines
        #expect(lines.count == 15 && lines.allSatisfy { $0.count == 29 })
        #expect(lines[0] == String(repeating: " ", count: 29) && lines[1] == lines[0])
        // The finders: seven dark above, two at the edges below.
        #expect(lines[2].hasPrefix("    █▀▀▀▀▀█ ") && lines[2].hasSuffix(" █▀▀▀▀▀█    "))
        #expect(code.terminalText.hasPrefix("\u{1B}[38;5;16;48;5;231m   "))
        #expect(code.terminalText.hasSuffix("\u{1B}[0m\n"))
    }
}
