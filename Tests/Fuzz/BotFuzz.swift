import JSON
import System
import WeCom

/// Feeds the readers of a bot's documents and frames what libFuzzer makes up, as a colleague may write it, or who stands
/// in WeCom's place.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBot(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    do throws(InboundMessageError) {
        check(try BotDocument(parsing: bytes, receivedAt: now))
    } catch {
        check(!error.description.utf8.contains(10), "an error has several lines")
    }
    do throws(InboundMessageError) {
        try check(try BotFrame(parsing: bytes))
    } catch {
        check(!error.description.utf8.contains(10), "an error has several lines")
    }
    return 0
}

private let now = Timestamp(seconds: 1_700_000_000)

// MARK: Documents

private func check(_ document: BotDocument) {
    switch document {
    case .poll(let poll):
        check((1...512).contains(poll.stream.utf8.count), "a poll asks after no stream")
        check(poll.chat)
    case .message(let message):
        check((1...512).contains(message.messageID?.utf8.count ?? 0), "a message has no usable id")
        check(message.chat)
        check(message.from != nil || mayBeOfNobody(message.content), "a message is of nobody")
        check(message.content)
        if let quote = message.quote { check(quote) }
        checkMention(message)
        checkWriting(message)
    }
}

private func check(_ chat: InboundMessage.Chat) {
    if case .group(let id) = chat { check((1...512).contains(id.text.utf8.count), "a group has no usable id") }
}

private func mayBeOfNobody(_ content: InboundMessage.Content) -> Bool {
    switch content {
    case .event(.bot(.enterChat)), .event(.templateCard): false
    case .event: true
    default: false
    }
}

private func check(_ content: InboundMessage.Content) {
    switch content {
    case .event(.unknown(let name, let fields)):
        check(name.unicodeScalars.count <= 64 && fields.count <= 32, "an unknown event is told at length")
    case .event(.templateCard(let click)):
        check((1...1024).contains(click.key.utf8.count), "a click has no usable key")
        check(click.selections.count <= 64, "more questions are answered than a card has")
    case .event(let event): check(InboundEvent.names.contains(event.name), "an event has a name of its own")
    case .sealed(let media): check((1...8192).contains(media.url.utf8.count), "a file has no usable address")
    case .mixed(let pieces):
        check((1...64).contains(pieces.count), "a mixed message has no pieces, or too many")
        pieces.forEach(check)
    case .unsupported(let type, let fields):
        check(type.unicodeScalars.count <= 64 && fields.count <= 32, "an unknown type is told at length")
    case .text, .speech, .link: break
    case .image, .voice, .video, .file, .location: check(false, "a bot was given what only apps are")
    }
}

private func checkMention(_ message: InboundMessage) {
    guard case .text(let text) = message.content else { return }
    for bot in [nil, "b"] {
        let rest = withoutLeadingMention(text, of: bot)
        check(text.utf8.reversed().starts(with: rest.utf8.reversed()), "a mention is not at the beginning")
    }
}

/// Checks what is written. What we do not know is not written whole, nor is a sender of whom only the corp is known.
private func checkWriting(_ message: InboundMessage) {
    guard message.from != nil || message.corp == nil, isKnown(message.content), message.quote.map(isKnown) ?? true
    else { return }
    guard case .message(var again)? = try? BotDocument(parsing: message.json.bytes, receivedAt: now) else {
        fatalError("what was written is not read")
    }
    // A message as a rule does not tell.
    again.createTime = message.createTime
    check(again == message, "what was written reads as something else")
}

private func isKnown(_ content: InboundMessage.Content) -> Bool {
    switch content {
    case .unsupported, .event(.unknown): false
    case .mixed(let pieces): pieces.allSatisfy(isKnown)
    default: true
    }
}

// MARK: Frames

private func check(_ frame: BotFrame) throws(InboundMessageError) {
    switch frame {
    case .message(let id, let body), .event(let id, let body):
        check((1...512).contains(id.text.utf8.count), "a frame has no usable id")
        checkAgain(frame)
        check(try BotDocument(json: body, receivedAt: now))
    case .answer(let answer):
        check((1...512).contains(answer.id.text.utf8.count), "an answer has no usable id")
        check(answer.message.utf8.count <= 2000, "WeCom's words are told at length")
        check(!answer.isSuccess || answer.code != nil, "an answer that does not say how it went is a success")
        if answer.code != nil { checkAgain(frame) }
        check((MediaID(uploaded: answer.body)?.text.utf8.count ?? 1) > 0, "a file has no usable id")
    case .kick(let reason):
        check((reason?.unicodeScalars.count ?? 0) <= 64, "a kick is told at length")
        checkAgain(frame)
    case .unknown(let command):
        check((command?.unicodeScalars.count ?? 0) <= 64, "an unknown command is told at length")
    }
}

private func checkAgain(_ frame: BotFrame) {
    let again = try? BotFrame(parsing: frame.json.bytes)
    check(again == frame, "what was written reads as something else")
}
