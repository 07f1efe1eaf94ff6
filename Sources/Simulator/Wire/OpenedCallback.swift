import Crypto
import HTTP
import JSON
import System
import WeCom

/// A callback as the wire shows it: whom it is for, and what is sealed in it.
struct OpenedCallback {
    /// The app or the bot, with what opens its callbacks.
    enum Receiver {
        case app(FakeApp)
        case bot(FakeBot)

        var keys: CallbackKeys {
            switch self {
            case .app(let app): app.keys
            case .bot(let bot): bot.keys
            }
        }

        var subject: WireEntry.Subject {
            switch self {
            case .app(let app): .app(app.identity)
            case .bot(let bot): .bot(bot.id)
            }
        }
    }

    let receiver: Receiver
    let document: [UInt8]
    let layout: SealedLayout
    let callback: Callback
}

extension Wire {
    /// Opens a request that was sealed here, with the keys that are known here; nil where none fit.
    func open(_ request: HTTPRequest) -> OpenedCallback? {
        if request.method == .get {
            guard let callback = try? Callback(verification: request.query) else { return nil }
            return receivers(named: nil).lazy.compactMap { $0.open(callback) }.first
        }
        guard let envelope = try? Envelope(body: request.body),
            let callback = try? Callback(query: request.query, envelope: envelope)
        else { return nil }
        return receivers(named: envelope).lazy.compactMap { $0.open(callback) }.first
    }

    private func receivers(named envelope: Envelope?) -> [OpenedCallback.Receiver] {
        let apps = apps.withLock { $0 }
        guard let envelope else { return apps.map { .app($0) } + bots.map { .bot($0) } }
        guard let corp = envelope.toUserName else { return bots.map { .bot($0) } }
        return apps.filter { $0.corpID.text == corp && $0.agentID == envelope.agentID }.map { .app($0) }
    }
}

extension OpenedCallback.Receiver {
    fileprivate func open(_ callback: Callback) -> OpenedCallback? {
        guard let opened = try? keys.verified(callback)?.open(with: keys) else { return nil }
        let total = Base64.decode(callback.encrypted)?.count ?? 0
        return OpenedCallback(
            receiver: self, document: opened.message,
            layout: SealedLayout(message: opened.message.count, receiver: opened.receiver.count, total: total),
            callback: callback)
    }
}

extension OpenedCallback {
    /// The document in the answer to it, where it is sealed by the same keys.
    func opened(_ answer: [UInt8]) -> [UInt8]? {
        guard let json = try? JSONValue(parsing: answer), let encrypted = json["encrypt"]?.string,
            let signature = json["msgsignature"]?.string, let nonce = json["nonce"]?.string
        else { return nil }
        let sealed = Callback(
            signature: signature, timestamp: json["timestamp"]?.stringOrInteger ?? "", nonce: nonce,
            encrypted: encrypted)
        return try? receiver.keys.verified(sealed)?.open(with: receiver.keys).message
    }

    /// The same document sealed anew, as WeCom's repeats are.
    func resealed(_ request: HTTPRequest, at now: Timestamp) -> HTTPRequest {
        var repeated = request
        let corp: String
        switch receiver {
        case .app(let app): corp = app.corpID.text
        case .bot: corp = ""
        }
        let sealed = receiver.keys.seal(
            message: document, receiver: corp, timestamp: String(now.seconds), nonce: randomID())
        repeated.target = "\(request.path)?\(sealed.query)"
        switch receiver {
        case .app(let app):
            repeated.body = Envelope(toUserName: corp, agentID: app.agentID, encrypted: sealed.encrypted).xml
        case .bot: repeated.body = Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted).json
        }
        return repeated
    }
}
