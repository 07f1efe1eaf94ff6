/// The marks that begin or end a fenced block of code in Markdown: three or more backticks, or as many tildes.
package struct FenceMarks: Sendable, Equatable {
    package let mark: UInt8
    package let count: Int

    /// Reads a line without the white space that it begins with. Nil of a line that begins no block.
    @inlinable package init?(beginning line: some Collection<UInt8>) {
        guard let mark = line.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
        let count = line.prefix { $0 == mark }.count
        // Backticks behind backticks are code within a line.
        guard count >= 3, mark == UInt8(ascii: "~") || !line.dropFirst(count).contains(mark) else { return nil }
        self.mark = mark
        self.count = count
    }

    /// True if the line, without the white space around it, ends the block that these marks began.
    @inlinable package func areClosed(by line: some Collection<UInt8>) -> Bool {
        line.count >= count && line.allSatisfy { $0 == mark }
    }
}
