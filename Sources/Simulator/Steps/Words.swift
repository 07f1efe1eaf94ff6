import Text

/// The words that something is to have.
package enum Words: Sendable, Equatable {
    case any
    case exactly(String)
    /// Pieces that come one after another, whatever is around and between them.
    case holding([String])

    /// Pieces with `*` between them.
    init(pattern: String) {
        let pieces = pattern.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "*") }
        self = .holding(pieces.map(String.init))
    }

    /// `text` is what it says, `shown` all that people read of it.
    func fit(_ text: String, shown: String) -> Bool {
        switch self {
        case .any: return true
        case .exactly(let words): return text.isSame(as: words)
        case .holding(let pieces):
            var rest = shown[...]
            for piece in pieces {
                guard let behind = rest.behind(piece) else { return false }
                rest = behind
            }
            return true
        }
    }
}

extension Words: CustomStringConvertible {
    package var description: String {
        switch self {
        case .any: ""
        case .exactly(let text): text.quotedLine
        case .holding(let pieces): "with \(pieces.joined(separator: "*").quotedLine)"
        }
    }
}
