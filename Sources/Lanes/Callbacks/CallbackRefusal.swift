package import HTTP
import JSON
import Observability
import Router
package import WeCom

/// The reason why a callback was turned away.
package enum CallbackRefusal: Error, Sendable, CustomStringConvertible {
    /// It could not be opened. `app` is named once the signature was right; until then `suspect` may say who is meant.
    case unopened(CallbackError, app: String?, suspect: Suspect? = nil)
    /// Signed and sealed with the keys of `app`, and meant for another. `user`, here and below, is who sent it as logs name
    /// people.
    case wrongApp(app: String, named: AgentID, user: String?)
    case tooOld(OpenedCallback, seconds: Int64)
    case unreadable(InboundMessageError, app: String)
    /// It comes from an address that is not among those allowed.
    case foreignSource
    /// No app goes by the name in the path.
    case unknownApp
    /// It names no corp of ours, and is too large, or too many such came this second, to be tried against every token.
    case notSearched(String)
    /// It has more bytes than a callback may have, and was not read.
    case tooLarge

    /// The one for whom an unsigned envelope says that it is.
    package struct Suspect: Sendable {
        package let corp: CorpID
        /// The corp is one of ours.
        let isOurs: Bool
        /// The app's name in the configuration.
        let app: String?
    }

    enum Severity { case noise, suspicious }

    /// Anybody can send rubbish; a right signature with something wrong behind it is worth a look.
    var severity: Severity {
        switch self {
        case .unopened(_, app: nil, _), .foreignSource, .unknownApp, .notSearched, .tooLarge: .noise
        case .unopened, .wrongApp, .tooOld, .unreadable: .suspicious
        }
    }

    package var status: HTTPStatus {
        switch self {
        case .unopened(let error, _, _): HTTPStatus(error.status)
        case .unreadable: .badRequest
        case .tooLarge: .contentTooLarge
        case .wrongApp, .tooOld, .foreignSource, .unknownApp, .notSearched: .forbidden
        }
    }

    /// The label of the metric.
    var label: String {
        switch self {
        case .unopened(.wrongSignature, _, _): "signature"
        case .unopened(.wrongReceiver, _, _): "receiver"
        case .unopened: "malformed"
        case .wrongApp: "app"
        case .tooOld: "age"
        case .unreadable: "document"
        case .foreignSource: "source"
        case .unknownApp: "path"
        case .notSearched: "search"
        case .tooLarge: "size"
        }
    }

    package var description: String {
        switch self {
        case .unopened(let error, _, _): error.description
        case .wrongApp(_, let named, _): "the message inside is for agent_id \(named), whose keys are others"
        case .tooOld(_, let seconds): "it is \(seconds) s old, beyond server.max_message_age"
        case .unreadable(let error, _): error.description
        case .foreignSource: "its address is none of server.allowed_sources"
        case .unknownApp: "the path names no app of ours"
        case .notSearched(let why): why
        case .tooLarge: "it has more bytes than a callback may have"
        }
    }

    static let labels = [
        "signature", "receiver", "malformed", "app", "age", "document", "source", "path", "search", "size",
    ]

    /// The app whose keys signed it, where that is known.
    var app: String? {
        switch self {
        case .unopened(_, let app, _): app
        case .wrongApp(let app, _, _), .unreadable(_, let app): app
        case .tooOld(let opened, _): opened.app.name
        case .foreignSource, .unknownApp, .notSearched, .tooLarge: nil
        }
    }

    /// The one who may be meant, by the envelope of what nobody signed.
    var suspect: Suspect? {
        if case .unopened(_, _, let suspect) = self { suspect } else { nil }
    }

    private var user: String? {
        switch self {
        case .wrongApp(_, _, let user): user
        case .tooOld(let opened, _): opened.message.from.map(opened.app.endpoint.scoped)
        case .unopened, .unreadable, .foreignSource, .unknownApp, .notSearched, .tooLarge: nil
        }
    }

    var fields: KeyValuePairs<LogField, JSONValue?> {
        [
            .app: app.map(JSONValue.string), .user: user.map(JSONValue.string), .reason: .string(description),
            "sdk_code": vendorCode.map { .integer(Int64($0)) },
        ]
    }

    private var vendorCode: Int? {
        if case .unopened(let error, _, _) = self { error.vendorCode } else { nil }
    }
}
