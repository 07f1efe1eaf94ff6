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
