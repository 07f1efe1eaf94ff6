package import HTTP
package import Router
package import System
package import WeCom

/// Finds the app a callback belongs to and opens it: hints choose whose keys are tried, the signature decides, and what is
/// inside must agree.
package struct CallbackOpener: Sendable {
    private let current: Serving.Current
    private let searches: RateLimit
    private let now: @Sendable () -> Timestamp

    /// A callback that names no corp of ours is tried against every token only if it is no larger.
    static let maxSearchedBody = 16 << 10

    package init(_ current: Serving.Current, now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.current = current
        self.now = now
        searches = RateLimit(perSecond: 20)
    }

    // MARK: Callbacks

    package func open(_ request: HTTPRequest, app name: String?) throws(CallbackRefusal) -> OpenedCallback {
        let serving = current.serving
        let envelope: Envelope
        let callback: Callback
        do throws(CallbackError) {
            envelope = try Envelope(body: request.body)
            callback = try Callback(query: request.query, envelope: envelope)
        } catch {
            throw .unopened(error, app: nil)
        }
        let signers = try signers(
            of: callback, envelope, size: request.body.count, app: name, among: serving.directory)
        let (signer, document) = try openFirst(signers) { callback, signer throws(CallbackError) in
            try callback.open(with: signer.keys, receiver: signer.key.corpID.text)
        }
        let app = signer.app
        let message: InboundMessage
        do throws(InboundMessageError) {
            message = try InboundMessage(xml: document)
        } catch {
            throw .unreadable(error, app: app.name)
        }
        let owner = try owner(
            of: message, openedBy: signer, signers.callback, isPathOfApp: name != nil, serving.directory)
        let opened = OpenedCallback(
            app: owner, message: message, document: document, isClockOff: isClockOff(in: callback),
            formerKeys: signer.former)
        try checkAge(of: opened, serving.maxMessageAge)
        return opened
    }

    /// The inner AgentID is the one that was sealed. It may name another app of the corp only where that app's keys open
    /// it, too.
    private func owner(
        of message: InboundMessage, openedBy signer: KeyedApp, _ callback: VerifiedCallback, isPathOfApp: Bool,
        _ directory: AppDirectory
    ) throws(CallbackRefusal) -> App {
        let (app, key) = (signer.app, signer.key)
        guard let agent = message.agentID, agent != key.agentID else { return app }
        guard !isPathOfApp, let other = directory[AppKey(corpID: key.corpID, agentID: agent)],
            other.opens(callback)
        else { throw .wrongApp(app: app.name, named: agent, user: message.from.map(app.endpoint.scoped)) }
        return other
    }

    /// Judged by the time inside: timestamp and nonce of the query are signed without a separator and can be cut anew.
    private func checkAge(of opened: OpenedCallback, _ maxAge: Duration?) throws(CallbackRefusal) {
        guard let maxAge else { return }
        let age = now().since(opened.message.createTime)
        guard age <= maxAge else { throw .tooOld(opened, seconds: age.components.seconds) }
    }

    /// Accepted all the same: the time of the query proves nothing. Many of these say that a clock is wrong, ours perhaps.
    private func isClockOff(in callback: Callback) -> Bool {
        guard let seconds = Int64(callback.timestamp) else { return true }
        let (difference, overflows) = now().seconds.subtractingReportingOverflow(seconds)
        return overflows || difference.magnitude > CallbackOpener.clockTolerance
    }

    /// Seconds.
    private static let clockTolerance = 300

    // MARK: URL verification

    package func openVerification(
        _ request: HTTPRequest, app name: String?
    ) throws(CallbackRefusal) -> (signer: KeyedApp, text: [UInt8]) {
        let callback: Callback
        do throws(CallbackError) {
            callback = try Callback(verification: request.query)
        } catch {
            throw .unopened(error, app: nil)
        }
        let signers = try signers(
            of: callback, nil, size: request.target.utf8.count, app: name, among: current.serving.directory)
        let (signer, text) = try openFirst(signers) { callback, signer throws(CallbackError) in
            try callback.openEcho(with: signer.keys, receiver: signer.key.corpID.text)
        }
        return (signer, text)
    }

    // MARK: Whose it may be

    private func signers(
        of callback: Callback, _ envelope: Envelope?, size: Int, app name: String?, among directory: AppDirectory
    ) throws(CallbackRefusal) -> Signers {
        guard let signers = try candidates(for: callback, envelope, size: size, app: name, among: directory) else {
            throw .unopened(.wrongSignature, app: nil, suspect: envelope.flatMap { suspect(of: $0, directory) })
        }
        return signers
    }

    private func suspect(of envelope: Envelope, _ directory: AppDirectory) -> CallbackRefusal.Suspect? {
        guard let corp = envelope.toUserName.map(CorpID.init) else { return nil }
        let app = envelope.agentID.flatMap { directory[AppKey(corpID: corp, agentID: $0)] }
        return .init(
            corp: CorpID(corp.text.bounded), isOurs: directory.serves(corp), app: app?.name)
    }

    private func candidates(
        for callback: Callback, _ envelope: Envelope?, size: Int, app name: String?, among directory: AppDirectory
    ) throws(CallbackRefusal) -> Signers? {
        if let name {
            guard let app = directory[named: name] else { throw .unknownApp }
            return Signers(of: callback, only: app)
        }
        if let corp = envelope?.toUserName.map(CorpID.init), directory.serves(corp) {
            return directory.signers(of: callback, in: corp, preferring: envelope?.agentID)
        }
        guard size <= CallbackOpener.maxSearchedBody else {
            throw .notSearched("it names no corp of ours and is too large")
        }
        guard searches.allowsOne() else { throw .notSearched("too many callbacks that name no corp of ours") }
        return directory.signers(of: callback)
    }

    /// Apps may share a token and differ in the key: the first that opens it has it.
    private func openFirst(
        _ signers: Signers, _ open: (VerifiedCallback, KeyedApp) throws(CallbackError) -> [UInt8]
    ) throws(CallbackRefusal) -> (KeyedApp, [UInt8]) {
        var failure: CallbackError?
        for signer in signers {
            do throws(CallbackError) {
                return (signer, try open(signers.callback, signer))
            } catch {
                failure = failure ?? error
            }
        }
        throw .unopened(failure ?? .wrongSignature, app: signers.first?.app.name)
    }
}

/// A genuine callback: whose it is, what it says, and the document it was read from.
package struct OpenedCallback: Sendable {
    package let app: App
    package let message: InboundMessage
    package let document: [UInt8]
    /// The timestamp of the query is more than five minutes from our clock.
    package let isClockOff: Bool
    /// The part of the keys it was sealed by that has been replaced; nil for the keys in force.
    package let formerKeys: FormerKeys.Part?
}
