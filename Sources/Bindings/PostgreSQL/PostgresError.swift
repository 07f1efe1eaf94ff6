/// A refusal of PostgreSQL's or of the way to it, with the statement it was about.
package struct PostgresError: Error, Equatable, Sendable {
    /// The kinds that a caller can do something about.
    package enum Kind: Sendable, Equatable {
        /// The whole transaction may be repeated at once: nothing happened.
        case again
        /// The connection or its server is of no use any more: another is needed. Nothing happened.
        case disconnected
        /// The answer to a commit was lost: what was written may be there or not.
        case ambiguous
        /// The time is over. Nothing happened.
        case late
        /// The server has no room, memory or connections left.
        case full
        /// The server fails.
        case sick
        /// The statement or its values are wrong, or the schema is: a mistake of ours.
        case mistaken
        /// The server does not let us in, or let us do this.
        case refused
    }

    package let kind: Kind
    /// PostgreSQL's code of five letters; nil when no server said it.
    package let code: String?
    package let message: String
    /// The statement, without its values; nil when there was none.
    package let sql: String?

    package init(_ kind: Kind, code: String? = nil, message: String, sql: String? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// The same of a transaction whose commit had been sent.
    var afterCommit: PostgresError {
        switch kind {
        case .disconnected, .late, .sick: PostgresError(.ambiguous, code: code, message: message, sql: sql)
        case .again, .ambiguous, .full, .mistaken, .refused: self
        }
    }
}

extension PostgresError.Kind {
    /// The kind of a code, by its class unless it is told apart within that.
    init(code: String) {
        switch code {
        case "40003", "08007": self = .ambiguous
        // Serialisation, deadlock, a lock that was not to be had, plans that a migration or a pooler has changed, and a row that
        // somebody else has made between our look and our insert.
        case "40001", "40P01", "55P03", "0A000", "26000", "42P05", "23505": self = .again
        // Cancelled by statement_timeout.
        case "57014": self = .late
        // A connection that was ended from there, a server that starts or stops, a standby, and one that has no room for us.
        case "57P01", "57P02", "57P03", "57P05", "25P03", "25006", "53300": self = .disconnected
        // Undefined tables and columns are ours; that we may not touch them is not.
        case "42501": self = .refused
        default: self.init(classOf: code)
        }
    }

    private init(classOf code: String) {
        switch code.prefix(2) {
        case "08": self = .disconnected
        case "28", "3D": self = .refused
        case "40": self = .again
        case "53": self = .full
        case "58", "F0", "XX": self = .sick
        default: self = .mistaken
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        let place = sql.map { ", in: \($0.onOneLine.prefix(300))" } ?? ""
        return "PostgreSQL: \(message.onOneLine)\(code.map { " (\($0))" } ?? "")\(place)"
    }
}

extension String {
    /// Statements are written over several lines; a complaint is one.
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
