package import HTTP
import JSON
import Observability
package import WeCom

/// Why a callback was turned away.
package enum CallbackRefusal: Error, Sendable {
    /// It could not be opened. `app` is named once the signature was right.
    case unopened(CallbackError, app: String?)
    /// Signed and sealed with the keys of `app`, and meant for another.
    case wrongApp(app: String, named: AgentID)
    case tooOld(app: String, seconds: Int64)
    case unreadable(InboundMessageError, app: String)
    /// No app goes by the name in the path.
    case unknownApp
    /// It names no corp of ours, and is too large, or too many such came this second, to be tried against every token.
    case notSearched(String)

    enum Severity { case noise, suspicious }

    /// Anybody can send rubbish; a right signature with something wrong behind it is worth a look.
    var severity: Severity {
        switch self {
        case .unopened(_, app: nil), .unknownApp, .notSearched: .noise
        case .unopened, .wrongApp, .tooOld, .unreadable: .suspicious
        }
    }

    package var status: HTTPStatus {
        switch self {
        case .unopened(let error, _): HTTPStatus(error.status)
        case .unreadable: .badRequest
        case .wrongApp, .tooOld, .unknownApp, .notSearched: .forbidden
        }
    }

    /// For the metric.
    var label: String {
        switch self {
        case .unopened(.wrongSignature, _): "signature"
        case .unopened(.wrongReceiver, _): "receiver"
        case .unopened: "malformed"
        case .wrongApp: "app"
        case .tooOld: "age"
        case .unreadable: "document"
        case .unknownApp: "path"
        case .notSearched: "search"
        }
    }

    static let labels = ["signature", "receiver", "malformed", "app", "age", "document", "path", "search"]

    var fields: KeyValuePairs<LogField, JSONValue?> {
        switch self {
        case .unopened(let error, let app):
            [
                .app: app.map(JSONValue.string), .reason: .string("\(error)"),
                "sdk_code": error.vendorCode.map { .integer(Int64($0)) },
            ]
        case .wrongApp(let app, let named):
            [.app: .string(app), .reason: .string("the message inside is for agent_id \(named), whose keys are others")]
        case .tooOld(let app, let seconds):
            [.app: .string(app), .reason: .string("it is \(seconds) s old, beyond server.max_message_age")]
        case .unreadable(let error, let app): [.app: .string(app), .reason: .string("\(error)")]
        case .unknownApp: [.reason: "the path names no app of ours"]
        case .notSearched(let why): [.reason: .string(why)]
        }
    }
}
