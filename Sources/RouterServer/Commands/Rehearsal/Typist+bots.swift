import Lifecycle
import Simulator
import System
import WeCom

extension Typist {
    func act(
        _ line: TypedLine, on bot: FakeBot, in chat: InboundMessage.Chat, _ passing: @escaping @Sendable (Step) -> Void
    ) async throws(Trouble) -> Bool {
        let reached = Signpost()
        let trying: @Sendable (CallbackTry) -> Void = { made in
            passing(.posted(made))
            if made.isAcknowledged { reached.reach() }
        }
        let content = try content(of: line, in: chat) { bytes, name, kind in
            wecom.seal(bytes, named: name, as: kind, for: bot)
        }
        guard let content else {
            guard await wecom.enter(bot, as: user, trying: trying) != nil || reached.isReached else { throw .entered }
            return reached.isReached
        }
        let message = wecom.message(content, from: user, in: chat, to: bot)
        let bubble = await wecom.post(message, to: bot, asking: .seconds(1), trying: trying)
        // Of what WeCom refuses itself nobody hears.
        return reached.isReached || bubble?.notice != nil
    }

    func act(
        _ line: TypedLine, on bot: FakeSocketBot, called name: String, in chat: InboundMessage.Chat,
        _ passing: @escaping @Sendable (Step) -> Void
    ) async throws(Trouble) -> Bool {
        guard wecom.sockets.isConnected(bot.id) else {
            throw Trouble(description: "\(name) is not connected: nothing was sent")
        }
        let content = try content(of: line, in: chat) { bytes, name, kind in
            try? wecom.seal(bytes, named: name, as: kind, for: bot)
        }
        // Over a connection nothing is acknowledged: the first of the answer is.
        let shown = Signpost()
        passing(.given)
        guard let content else {
            guard await wecom.enter(bot, as: user, watching: { _ in shown.reach() }) != nil else { throw .entered }
            // Not every bot greets.
            _ = await shown.isReached(within: .seconds(1))
            return true
        }
        let message = wecom.message(content, from: user, in: chat, to: bot.id)
        guard await wecom.give(message, to: bot, watching: { _ in shown.reach() }) != nil else { return true }
        guard await shown.isReached(within: .seconds(10)) else {
            throw Trouble(description: "\(name) has shown nothing within 10 s")
        }
        return true
    }

    /// The content that a bot is sent for a line; nil for the opening of its chat. `seal` keeps a file for it.
    private func content(
        of line: TypedLine, in chat: InboundMessage.Chat,
        sealing seal: ([UInt8], String, SealedMedia.Kind) -> SealedMedia?
    ) throws(Trouble) -> InboundMessage.Content? {
        switch line {
        case .say(let text): return .text(text)
        case .send(let kind, let path):
            guard chat == .single else { throw Trouble(description: "in a group a bot is sent words alone") }
            guard let sealedKind = SealedMedia.Kind(rawValue: kind.rawValue) else {
                throw Trouble(description: "a bot gets no recordings, but the words in them: type those")
            }
            guard let sealed = seal(try bytes(of: path), name(of: path), sealedKind) else {
                throw Trouble(description: "\(path) cannot be sealed")
            }
            return .sealed(sealed)
        case .enter:
            guard chat == .single else { throw Trouble(description: "a group has no entry that a bot hears of") }
            return nil
        case .location: throw Trouble(description: "a bot gets no places")
        case .press: throw Trouble(description: "the cards of bots cannot be pressed here")
        case .help: throw Trouble(description: TypedLine.helpText)
        case .wrong(let why): throw Trouble(description: why)
        }
    }
}

extension Typist.Trouble {
    fileprivate static let entered = Typist.Trouble(
        description: "the bot has heard today that you came in, and hears it once a day")
}
