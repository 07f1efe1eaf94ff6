import Text

/// The line that begins a block of code, as `Document.wecomMarkdown` writes it.
struct CodeFence: Equatable {
    /// The marks of the quote it stands in.
    let quote: String
    let marks: String
    let info: String

    /// No line that opens or closes a block is longer; what is, is text.
    static let longestLine = 96

    init?(opening line: [UInt8]) {
        guard line.count <= CodeFence.longestLine else { return nil }
        quote = quotePrefix(of: line)
        let body = line.dropFirst(quote.utf8.count).drop { $0 == 0x20 }
        guard let read = FenceMarks(beginning: body) else { return nil }
        let info = body.dropFirst(read.count)
        guard !info.contains(read.mark) else { return nil }
        marks = String(decoding: body.prefix(read.count), as: UTF8.self)
        self.info = String(decoding: info, as: UTF8.self)
    }

    /// The number of quotes it stands in.
    private var depth: Int { quote.utf8.count { $0 == UInt8(ascii: ">") } }

    var opening: String { quote + marks + info }
    var closing: String { quote + marks }

    func isClosed(by line: [UInt8]) -> Bool {
        guard let fence = CodeFence(opening: line) else { return false }
        return fence.marks.begins(with: marks) && fence.info.utf8.allSatisfy { $0 == 0x20 } && fence.depth == depth
    }
}

/// The `>` and spaces that begin a line of a quote; nothing where there are too many to be repeated.
func quotePrefix(of line: some Collection<UInt8>) -> String {
    let prefix = line.prefix(17).prefix { $0 == UInt8(ascii: ">") || $0 == 0x20 }
    guard prefix.first == UInt8(ascii: ">"), prefix.count < 17 else { return "" }
    return String(decoding: prefix, as: UTF8.self)
}
