/// The content of a callback's ciphertext: a message, and behind it the id of whom it is sealed for.
package struct OpenedCiphertext: Sendable, Equatable {
    package let message: [UInt8]
    /// The CorpID for an app; for an AI bot as a rule nothing, and for one of a service provider some id of theirs. Bytes, since
    /// nobody has read them yet.
    package let receiver: [UInt8]

    /// The message, if it is for `receiver` to the byte: an empty receiver admits an empty one only.
    package func message(for receiver: String) throws(CallbackError) -> [UInt8] {
        guard self.receiver == Array(receiver.utf8) else { throw .wrongReceiver }
        return message
    }
}
