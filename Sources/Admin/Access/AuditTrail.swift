import System

/// The acts of people on these pages, the newest of them, in memory: the log keeps all.
final class AuditTrail: Sendable {
    struct Entry: Sendable {
        let at: Timestamp
        /// nil of somebody who was not let in.
        let role: Role?
        let address: String
        let act: Act
        /// The job, bot or person that it was done to.
        let object: String
        /// The reason why nothing came of it; nil where it was done.
        let failure: String?
    }

    /// Something that people do here.
    enum Act: String, Sendable, CaseIterable {
        case login, logout
        case showTexts = "show_texts"
        case stop, retry, replay, reset, reconnect, disconnect, reload
    }

    static let most = 1000
    private let entries = Lock<[Entry]>([])

    func note(_ entry: Entry) {
        entries.withLock { entries in
            if entries.count >= AuditTrail.most + AuditTrail.most / 4 { entries.removeFirst(AuditTrail.most / 4 + 1) }
            entries.append(entry)
        }
    }

    /// The newest first.
    var newest: [Entry] { entries.withLock { Array($0.suffix(AuditTrail.most).reversed()) } }
}
