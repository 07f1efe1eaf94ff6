extension VerifiedCallback {
    /// Longer plaintexts are never an echo text; WeCom's have about 20 bytes.
    static let maxEchoLength = 256

    /// The plaintext to answer a URL verification with, byte for byte.
    ///
    /// A message is sealed and signed by the same formula, so a captured one could be sent here to have it decrypted.
    /// What is long or looks like a message is therefore refused.
    package func openEcho(with keys: CallbackKeys, receiver: String) throws(CallbackError) -> [UInt8] {
        let plaintext = try open(with: keys, receiver: receiver)
        try checkEcho(plaintext)
        return plaintext
    }

    /// The same, with the id of whom it is sealed for, which the caller judges.
    package func openEcho(with keys: CallbackKeys) throws(CallbackError) -> OpenedCiphertext {
        let opened = try open(with: keys)
        try checkEcho(opened.message)
        return opened
    }

    private func checkEcho(_ plaintext: [UInt8]) throws(CallbackError) {
        guard plaintext.count <= Self.maxEchoLength, !looksLikeMessage(plaintext) else { throw .notForEcho }
    }
}

/// True if XML or JSON begins here, behind any number of byte order marks and spaces.
private func looksLikeMessage(_ text: [UInt8]) -> Bool {
    let first = text.first { !($0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0)) }
    return first == UInt8(ascii: "<") || first == UInt8(ascii: "{")
}
