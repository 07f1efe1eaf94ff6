import HTTP
package import Router
import Text
import WeCom

/// The cause of a refusal, as a second look at what was kept of it tells: by the keys in force now, with as much time as it
/// takes. Only whoever operates the server gets to see it.
package struct RefusalExplanation: Sendable {
    package internal(set) var reason: RefusedCallback.Reason
    /// The app or bot whose settings are to be looked at.
    package internal(set) var app: String?
    /// The one whose token signed it, where that is another.
    package internal(set) var signer: String?
    /// By the keys in force now its signature is right.
    package internal(set) var isRightNow = false
    /// The id that it is sealed for.
    package internal(set) var receiver: String?
    /// The things about the query that a proxy does and WeCom does not.
    package internal(set) var marks: [QueryMark] = []
}

/// A trace that something on the way leaves in a query.
package enum QueryMark: Sendable, Equatable {
    /// A space stands where a `+` was.
    case space
    /// What was encoded already is encoded once more.
    case encodedTwice
    /// The `=` at the end of the base64 are gone.
    case unpadded
    case missing(String)
}

extension RefusedCallback {
    /// Looks at it again. Bounded by the bytes that are kept and by the tokens that are tried on a callback of nobody's.
    package func explanation(among directory: AppDirectory) -> RefusalExplanation {
        var explanation = RefusalExplanation(reason: reason, app: app)
        guard let request else { return explanation }
        explanation.marks = request.queryMarks(isVerification: isVerification)
        switch reason {
        case .token, .source, .path, .hint: explainSigner(of: request, among: directory, &explanation)
        case .corp: explanation.receiver = receiver(in: request, among: directory)
        case .key, .anotherApp, .age, .query, .malformed, .size: break
        }
        return explanation
    }

    private func explainSigner(
        of request: HTTPRequest, among directory: AppDirectory, _ explanation: inout RefusalExplanation
    ) {
        if let signer = signer(of: request, among: directory) {
            explanation.signer = signer.name
            guard reason == .token else { return }
            if app == nil || signer.name == app {
                (explanation.isRightNow, explanation.app) = (true, signer.name)
            } else {
                explanation.reason = .anotherApp
            }
        } else if let repaired = request.repairs.lazy.compactMap({ signer(of: $0, among: directory) }).first {
            (explanation.reason, explanation.app) = (.query, repaired.name)
        }
    }

    /// The app or bot whose token signed it; the one that it seems to be for before others.
    private func signer(of request: HTTPRequest, among directory: AppDirectory) -> App? {
        guard let callback = request.callback else { return nil }
        if let own = app.flatMap({ directory[named: $0] }), own.signed(callback) { return own }
        return directory.signers(of: callback)?.first?.app
            ?? directory.calledBotOfEachToken.prefix(AppDirectory.maxTokensTried).first { $0.signed(callback) }
    }

    private func receiver(in request: HTTPRequest, among directory: AppDirectory) -> String? {
        guard let callback = request.callback, let own = app.flatMap({ directory[named: $0] }) else { return nil }
        let keys = [own.keys].compactMap(\.self) + own.formerKeys.map(\.keys)
        for keys in keys {
            guard let opened = try? keys.verified(callback)?.open(with: keys) else { continue }
            return String(decoding: opened.receiver.prefix(64), as: UTF8.self)
        }
        return nil
    }
}

extension App {
    fileprivate func signed(_ callback: Callback) -> Bool {
        ([keys].compactMap(\.self) + formerKeys.map(\.keys)).contains { $0.verified(callback) != nil }
    }
}

extension HTTPRequest {
    fileprivate var callback: Callback? {
        if method == .get { return try? Callback(verification: query) }
        return (try? Envelope(body: body)).flatMap { try? Callback(query: query, envelope: $0) }
    }

    private var queryText: Substring {
        target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[target.utf8.index(after: $0)...] } ?? ""
    }

    fileprivate func queryMarks(isVerification: Bool) -> [QueryMark] {
        let query = query
        let needed = ["msg_signature", "timestamp", "nonce"] + (isVerification ? ["echostr"] : [])
        var marks = needed.filter { query[$0]?.isEmpty ?? true }.map { QueryMark.missing($0) }
        guard let echo = query["echostr"], !echo.isEmpty else { return marks }
        if echo.has(" ") { marks.append(.space) }
        if echo.has("%") { marks.append(.encodedTwice) }
        if !echo.has("%"), echo.utf8.count % 4 != 0 { marks.append(.unpadded) }
        return marks
    }

    /// The requests that it may have been before something on the way changed the query.
    fileprivate var repairs: [HTTPRequest] {
        var repaired = self
        repaired.target = "\(path)?\(percentDecoded(queryText.utf8))"
        return [repaired, padded, repaired.padded]
    }

    /// The same with the `=` that are missing at the end of its `echostr`.
    private var padded: HTTPRequest {
        let parameters = queryText.utf8.split(separator: UInt8(ascii: "&")).map { parameter in
            let text = String(decoding: parameter, as: UTF8.self)
            guard let value = text.after("echostr=") else { return text }
            let count = percentDecodedBytes(value.utf8).count
            return text + String(repeating: "=", count: (4 - count % 4) % 4)
        }
        var padded = self
        padded.target = "\(path)?\(parameters.joined(separator: "&"))"
        return padded
    }
}
