import Lifecycle
import SeededTesting
import Simulator
import System
import WeCom

/// Somebody who writes to an app or a bot, or a group that calls a bot: the next message once the last was acknowledged, or
/// WeCom had given it up. WeCom repeats what was not, and now and then what was.
struct Person {
    let conversation: Conversation
    let manners: Manners
    let cast: Cast
    let wecom: FakeWeCom
    let ledger: Ledger

    /// A bot that connects acknowledges nothing. What it has not begun to answer is told it so often.
    private static let tellings = 4

    func talk(seed: UInt64) async {
        var random = SeededNumbers(seed: seed)
        var acknowledged: [InboundMessage] = []
        // What a bot shows is followed to its end while the next thing is said.
        await withDiscardingTaskGroup { following in
            while let line = await ledger.nextLine(of: conversation) {
                let message = message(line)
                let patience = manners.patiences.randomElement(using: &random) ?? .zero
                if await say(message, line, patience, &following) {
                    ledger.noteAcknowledged(line)
                    acknowledged = acknowledged.suffix(9) + [message]
                    if Int.random(in: 0..<8, using: &random) == 0,
                        let earlier = acknowledged.randomElement(using: &random)
                    {
                        await repeated(earlier, patience, &following)
                    }
                }
                if manners.longestPause > .zero {
                    let pause = manners.longestPause * Double.random(in: 0...1, using: &random)
                    if await ledger.isClosed(within: pause) { break }
                }
            }
        }
    }

    /// True once it was acknowledged.
    private func say(
        _ message: InboundMessage, _ line: Line, _ patience: Duration, _ following: inout DiscardingTaskGroup
    ) async -> Bool {
        switch conversation.door {
        case .app(let number):
            return await wecom.post(message, to: cast.apps[number], patience: patience).last?.isAcknowledged == true
        case .called:
            let (isShown, isOver) = (Signpost(), Signpost())
            following.addTask {
                await wecom.post(
                    message, to: cast.calledBot, asking: manners.askingInterval, watching: { _ in isShown.reach() })
                isOver.reach()
            }
            await firstOf(isShown.wait, isOver.wait)
            return isShown.isReached
        case .connected: return await tell(message, line, patience)
        }
    }

    /// Tells it until the bot begins to answer, which may come after it was told for the last time.
    private func tell(_ message: InboundMessage, _ line: Line, _ patience: Duration) async -> Bool {
        let isShown = Signpost()
        for _ in 0..<Person.tellings {
            let connection = wecom.sockets.record.lastConnection
            let id = await wecom.give(message, to: cast.connectedBot) { _ in
                isShown.reach()
                ledger.noteAcknowledged(line)
            }
            if id == nil { await wecom.sockets.record.wait { $0.lastConnection > connection } }
            if await isShown.isReached(within: patience) { return true }
        }
        return false
    }

    private func repeated(
        _ message: InboundMessage, _ patience: Duration, _ following: inout DiscardingTaskGroup
    ) async {
        switch conversation.door {
        case .app(let number): await wecom.post(message, to: cast.apps[number], patience: patience)
        case .called:
            following.addTask { await wecom.post(message, to: cast.calledBot, asking: manners.askingInterval) }
        case .connected: await wecom.give(message, to: cast.connectedBot)
        }
    }

    private func message(_ line: Line) -> InboundMessage {
        let sender = conversation.isGroup ? cast.people[line.number % cast.people.count] : conversation.peer
        let chat: InboundMessage.Chat = conversation.isGroup ? .group(ChatID(Cast.room)) : .single
        var message: InboundMessage
        switch conversation.door {
        case .app(let number):
            let corp = cast.apps[number].corpID
            return InboundMessage(
                corp: corp, sender: .member(UserID(sender)), createTime: Timestamp(seconds: Timestamp.now.seconds),
                agentID: cast.apps[number].agentID, messageID: String(7_000_000_000_000_000_000 + line.number),
                content: line.saying.content(line, in: wecom, of: corp))
        case .called: message = wecom.message(said(line), from: UserID(sender), in: chat, to: cast.calledBot.id)
        case .connected: message = wecom.message(said(line), from: UserID(sender), in: chat, to: cast.connectedBot.id)
        }
        message.messageID = line.description
        return message
    }

    // MARK: To bots

    /// A text, a file, or a text with files.
    private func said(_ line: Line) -> InboundMessage.Content {
        let files = line.enclosures.map { InboundMessage.Content.sealed(sealed($0)) }
        if let file = files.first, !line.hasWords { return file }
        guard files.isEmpty else { return .mixed([.text(called(line.description))] + files) }
        guard case .text(let text) = line.saying else { preconditionFailure("bots are sent texts and enclosures") }
        return .text(called(text))
    }

    /// In a group a bot is called by its name.
    private func called(_ text: String) -> String { conversation.isGroup ? "@bot \(text)" : text }

    private func sealed(_ file: Enclosure) -> SealedMedia {
        let kind: SealedMedia.Kind = file.isPicture ? .image : .file
        guard
            let media = conversation.door == .called
                ? wecom.seal(file.bytes, named: file.name, as: kind, for: cast.calledBot)
                : try? wecom.seal(file.bytes, named: file.name, as: kind, for: cast.connectedBot)
        else { preconditionFailure("WeCom makes keys that fit") }
        if file.isGone { wecom.drop(media) } else { ledger.note(media, as: file.name, of: file.line) }
        return media
    }
}

extension SocketRecord {
    /// The number of the last connection that a bot was given; 0 before the first.
    fileprivate var lastConnection: Int { events.lastConnection }
}

extension [SocketEvent] {
    fileprivate var lastConnection: Int {
        for event in reversed() { if case .subscribed(let number, _) = event { return number } }
        return 0
    }
}
