import JSON
import WeCom

/// Something that only asking could tell: where its cause was written, what is wrong, what to do.
///
/// The words hold no secret: neither ours nor one that somebody sends back.
struct OnlineFinding: Sendable {
    enum Severity: String, Sendable {
        case error
        /// May be meant so, or look different from elsewhere.
        case warning
    }

    var severity = Severity.error
    var place: Place?
    /// The key at fault, as in `apps[0].corp_secret`; nil where none of ours is.
    var key: String?
    /// WeCom's `errcode`.
    var code: ErrorCode?
    let message: String
    let advice: String

    init(_ message: String, advice: String) {
        self.message = message
        self.advice = advice
    }

    var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "place": place.map { .string($0.description) } ?? .null,
            "key": key.map { .string($0) } ?? .null, "code": code.map { .integer($0.number) } ?? .null,
            "message": .string(message), "advice": .string(advice),
        ]
    }

    /// One line, as a fault of the configuration is told. `subject` is what it is about, if no key says so.
    func line(about subject: String?, in source: String) -> String {
        let about = [subject, key].compactMap(\.self).joined(separator: ": ")
        return "\(place?.description ?? source): \(severity == .warning ? "warning: " : "")\(about): "
            + "\(message): \(advice)"
    }
}
