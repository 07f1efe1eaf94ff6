extension QRCode {
    /// The light border that whoever reads the code needs.
    private static let border = 4

    /// The code in lines of text, two rows of modules in each: half blocks are dark where the letters are dark.
    package var lines: [String] {
        let range = -QRCode.border..<(size + QRCode.border)
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            range.map { column in
                switch (isDark(row, column), isDark(row + 1, column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }.joined()
        }
    }

    /// The same for a terminal, black on white whatever its colours are.
    package var terminalText: String { lines.map { "\u{1B}[38;5;16;48;5;231m\($0)\u{1B}[0m\n" }.joined() }
}
