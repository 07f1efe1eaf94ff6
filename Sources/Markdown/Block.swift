/// A piece of a document that stands on lines of its own.
package indirect enum Block: Sendable, Equatable {
    case paragraph([Inline])
    case heading(level: Int, [Inline])
    case code(language: String?, String)
    case quote([Block])
    case list(List)
    case table(Table)
    case rule
    /// Shown as it was written: front matter, and formulas that stand by themselves.
    case verbatim(String)
}

extension Block {
    package struct List: Sendable, Equatable {
        package struct Item: Sendable, Equatable {
            /// True if its box is ticked; nil when it has none.
            package let isDone: Bool?
            package let blocks: [Block]
        }

        /// The number of the first item; nil when the items have none.
        package let start: Int?
        /// True if its items stand close together, with no blank lines between.
        package let isTight: Bool
        package let items: [Item]
    }

    package struct Table: Sendable, Equatable {
        package enum Alignment: Sendable, Equatable { case left, center, right }

        package typealias Cell = [Inline]
        package let alignments: [Alignment]
        package let header: [Cell]
        /// Rows as they were written: some may be shorter than the header, none is longer.
        package let rows: [[Cell]]
    }
}
