import WeCom

/// Feeds the reader of envelopes what libFuzzer makes up, as anybody in the world may post it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEnvelope(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    do throws(CallbackError) {
        let envelope = try Envelope(body: bytes)
        check(!envelope.encrypted.isEmpty, "there is an envelope without a message")
        check(envelope.toUserName?.isEmpty != true, "a corp is named by nothing")
        check((envelope.agentID?.number ?? 0) >= 0, "an app's number is negative")
        // WeCom's own are base64, and what they name has no white space: of others, writing changes what XML cannot say.
        if isPlain(envelope.encrypted), isPlain(envelope.toUserName ?? "") {
            let again = try Envelope(body: envelope.xml)
            check(again == envelope, "what was written reads as something else")
        }
    } catch {
        check([400, 403, 413].contains(error.status), "a refusal has a status of its own: \(error)")
    }
    return 0
}

private func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
