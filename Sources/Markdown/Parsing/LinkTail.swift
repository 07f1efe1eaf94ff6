/// Reads what follows the `]` of a link: a destination and a title.
struct LinkTail {
    private var rest: ArraySlice<UInt8>

    /// No destination is longer: WeCom allows no longer one, and the bound keeps hostile texts cheap.
    private static let maxDestination = 2048
    private static let maxTitle = 512
    private static let maxDepth = 32

    init(bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// `(destination "title")`, and where it ends; nil when it is no such thing.
    static func parse(_ bytes: ArraySlice<UInt8>) -> (destination: String, end: Int)? {
        var tail = LinkTail(bytes: bytes)
        guard tail.take("(") else { return nil }
        tail.skipSpace()
        if tail.take(")") { return ("", tail.rest.startIndex) }
        guard let destination = tail.takeDestination() else { return nil }
        tail.skipSpace()
        if !tail.take(")") {
            guard tail.takeTitle() else { return nil }
            tail.skipSpace()
            guard tail.take(")") else { return nil }
        }
        return (destination, tail.rest.startIndex)
    }

    mutating func skipSpace() { rest = rest.drop { $0.isSpaceOrTab || $0 == "\n" } }

    mutating func takeDestination() -> String? {
        take("<") ? takeUntil(">", atMost: LinkTail.maxDestination).map(unescaped) : takeBareDestination()
    }

    mutating func takeTitle() -> Bool {
        guard let quote = rest.first, quote == "\"" || quote == "'" || quote == "(" else { return false }
        rest.removeFirst()
        return takeUntil(quote == "(" ? ")" : Unicode.Scalar(quote), atMost: LinkTail.maxTitle) != nil
    }

    /// Ends before white space, and before a `)` that it has not opened.
    private mutating func takeBareDestination() -> String? {
        var depth = 0
        var length = 0
        var isEscaped = false
        scan: for byte in rest.prefix(LinkTail.maxDestination) {
            if !isEscaped {
                switch byte {
                case 0...0x20: break scan
                case "(":
                    depth += 1
                    if depth > LinkTail.maxDepth { return nil }
                case ")":
                    if depth == 0 { break scan }
                    depth -= 1
                default: break
                }
            }
            isEscaped = !isEscaped && byte == "\\"
            length += 1
        }
        guard depth == 0, length > 0 else { return nil }
        defer { rest = rest.dropFirst(length) }
        return unescaped(rest.prefix(length))
    }

    private mutating func takeUntil(_ end: Unicode.Scalar, atMost limit: Int) -> ArraySlice<UInt8>? {
        var isEscaped = false
        let content = rest.prefix(limit).prefix { byte in
            defer { isEscaped = !isEscaped && byte == "\\" }
            return isEscaped || byte != end
        }
        guard content.endIndex < rest.endIndex, rest[content.endIndex] == end else { return nil }
        rest = rest[(content.endIndex + 1)...]
        return content
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard let first = rest.first, first == scalar else { return false }
        rest.removeFirst()
        return true
    }
}
