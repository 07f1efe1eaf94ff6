import System

/// The codes with which a card may be updated: each once, within 72 hours.
struct ResponseCodes {
    struct Code {
        let messageID: String
        let expires: MonotonicTime
    }

    private var codes: [String: Code] = [:]
    private static let lifetime = Duration.seconds(72 * 3600)
    private static let manyCodes = 16_384

    mutating func issue(for messageID: String, at now: MonotonicTime) -> String {
        if codes.count >= ResponseCodes.manyCodes { makeRoom(at: now) }
        let text = "rc-" + randomID()
        codes[text] = Code(messageID: messageID, expires: now.advanced(by: ResponseCodes.lifetime))
        return text
    }

    private mutating func makeRoom(at now: MonotonicTime) {
        codes = codes.filter { $0.value.expires > now }
        guard codes.count >= ResponseCodes.manyCodes,
            let oldest = codes.min(by: { $0.value.expires < $1.value.expires })
        else { return }
        codes[oldest.key] = nil
    }

    /// Finds the message that a code belongs to; nil when it is used up, expired or none of ours.
    func message(of text: String, at now: MonotonicTime) -> String? {
        codes[text].flatMap { $0.expires > now ? $0.messageID : nil }
    }

    mutating func spend(_ text: String) { codes[text] = nil }
}
