import WeCom

extension Callback {
    /// Verifies and opens, with keys that are the only ones to come into question.
    func open(with keys: CallbackKeys, receiver: String) throws(CallbackError) -> [UInt8] {
        try verified(by: keys).open(with: keys, receiver: receiver)
    }

    func openEcho(with keys: CallbackKeys, receiver: String) throws(CallbackError) -> [UInt8] {
        try verified(by: keys).openEcho(with: keys, receiver: receiver)
    }

    func verified(by keys: CallbackKeys) throws(CallbackError) -> VerifiedCallback {
        guard let verified = keys.verified(self) else { throw .wrongSignature }
        return verified
    }
}
