import WeCom

/// Feeds the reader of decrypted documents what libFuzzer makes up, as a colleague of the sender may write it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    do throws(InboundMessageError) {
        let message = try InboundMessage(xml: bytes)
        check(message.corp?.text.isEmpty == false, "a message is in no corp")
        check((message.agentID?.number ?? 0) >= 0, "an app's number is negative")
        checkBounds(message.content)
        checkWriting(message)
    } catch {
        check(!error.description.utf8.contains(10), "an error has several lines")
    }
    return 0
}

private func checkBounds(_ content: InboundMessage.Content) {
    switch content {
    case .event(.unknown(let name, let fields)):
        check(name.unicodeScalars.count <= 129 && fields.count <= 32, "an unknown event is told at length")
    case .event(let event): check(InboundEvent.names.contains(event.name), "an event has a name of its own")
    case .image(let media, _), .voice(let media, _, _), .video(let media, _), .file(let media, _):
        check(!media.text.isEmpty && media.text.utf8.count <= 512, "a file has no usable id")
    case .location(let location): check(abs(location.coordinates.latitude) <= 90, "a place is not on earth")
    case .unsupported(let type, let fields):
        check(type.unicodeScalars.count <= 64 && fields.count <= 32, "an unknown type is told at length")
    case .sealed, .speech, .mixed: check(false, "an app was given what only bots are")
    case .text, .link: break
    }
}

/// Checks what is written. Events, and messages that are not supported, are not written whole.
private func checkWriting(_ message: InboundMessage) {
    guard let again = try? InboundMessage(xml: message.xml) else { fatalError("what was written is not read") }
    switch message.content {
    case .event, .unsupported:
        check(again.content.type.lowercased() == message.content.type.lowercased(), "another type was written")
    default: check(again == message, "what was written reads as something else")
    }
    check(again.agentID == message.agentID && again.sender == message.sender, "it is somebody else's now")
}
