import System
import WeCom

// Filters, as statements of every store have them.

extension LedgerFilter {
    /// The numbers a page looks at: from `least` up to, and without, `end`.
    package struct Span {
        package let least: Int64
        package let end: Int64

        package init(least: Int64, end: Int64) {
            self.least = least
            self.end = end
        }

        /// The same, but nothing before `floor`, with where the next page ends; nil where this one holds all that is asked for.
        package func down(to floor: Int64?) -> (span: Span, next: Int64?) {
            guard let floor, floor > least else { return (self, nil) }
            return (Span(least: floor, end: end), floor)
        }
    }

    /// The number of rows one page looks at, so that no transaction is long.
    package static let rowsLookedAt = 20_000

    /// Finds the numbers of a page's rows, newest first, among the newest `rowsLookedAt` there are: `floor` is the last of those.
    package func look(floor: (Span) throws -> Int64?, find: (Span) throws -> [Int64]) rethrows -> Page<Int64> {
        let (looked, next) = span.down(to: try floor(span))
        let found = try find(looked)
        return Page(found, next: found.count == rows ? found.last : next)
    }

    package var span: Span {
        Span(
            least: since.map(IdentifierSource.least) ?? 0,
            end: min(before ?? .max, until.map(IdentifierSource.least) ?? .max))
    }

    /// The rows of a page.
    package var rows: Int { max(1, min(limit, LedgerFilter.maxLimit)) }
    package var appText: String? { endpoint?.description }
    package var corpPrefix: String? { corp.map { "\($0)/" } }
    package var peer: String? { user.map { "user:\($0.folded)" } }
}

extension DeliverySelection {
    /// The state in which all of them are; nil for any.
    package var state: DeliveryState? {
        switch self {
        case .all: nil
        case .one(let state): state
        case .dead: .failed
        }
    }
}
