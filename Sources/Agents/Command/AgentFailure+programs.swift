import Router
import System
import Text

extension AgentFailure {
    /// A program has ended without an answer. `kind` is for a status that says nothing by itself.
    init(_ end: ProgramEnd, _ complaint: String, otherwise kind: Class, partialText: String = "") {
        let words = complaint.hasWords ? ": \(complaint)" : ""
        let reason = "the program ended with \(end) and no answer\(words)"
        self.init(end.saysWhy ?? (end.isOwn ? kind : .interrupted), reason, partialText: partialText)
    }

    /// A model's provider has refused. `status` is what it answered over HTTP.
    init(providerStatus status: Int, _ reason: String, retryAfter: Duration? = nil, partialText: String = "") {
        let kind: Class =
            switch status {
            case 401, 403: .auth
            case 413, 415: .input
            case 429, 503, 529: .rate
            case 408, 500...599: .transient
            default: .config
            }
        self.init(kind, reason, retryAfter: kind == .rate ? retryAfter : nil, partialText: partialText)
    }
}

extension ProgramEnd {
    /// The statuses that programs agree on: `EX_TEMPFAIL`, `EX_NOPERM`, and the shell's for a program that it cannot
    /// run or find.
    fileprivate var saysWhy: AgentFailure.Class? {
        switch self {
        case .exited(75): .transient
        case .exited(77), .exited(126), .exited(127): .config
        default: nil
        }
    }

    /// The program has ended by itself.
    fileprivate var isOwn: Bool { if case .exited = self { true } else { false } }
}

/// The HTTP status in a complaint such as `unexpected status 401 Unauthorized` or `API Error: 529 {…}`.
func providerStatus(in complaint: String) -> Int? {
    let bytes = Array(complaint.utf8)
    for word in ["status ", "Error: "] {
        for place in Needle(word).ranges(in: bytes) {
            let digits = bytes[place.upperBound...].prefix(4).prefix { (0x30...0x39).contains($0) }
            let status = digits.count == 3 ? digits.reduce(0) { 10 * $0 + Int($1 - 0x30) } : 0
            if (400...599).contains(status) { return status }
        }
    }
    return nil
}
