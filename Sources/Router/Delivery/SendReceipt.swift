/// What WeCom said to a message it took.
package struct SendReceipt: Sendable, Equatable {
    /// For taking the message back.
    package var wecomID: String?
    /// For changing a card, once.
    package var responseCode: String?
    /// Of several who were meant, those it did not reach, in words.
    package var unreached: String?

    package init(wecomID: String? = nil, responseCode: String? = nil, unreached: String? = nil) {
        self.wecomID = wecomID
        self.responseCode = responseCode
        self.unreached = unreached
    }
}
