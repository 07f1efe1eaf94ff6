package import WeCom

/// The answer of WeCom to a message it took.
package struct SendReceipt: Sendable, Equatable {
    /// The id for taking the message back.
    package var wecomID: String?
    /// The code for changing a card, once.
    package var responseCode: String?
    /// The recipients that it did not reach, of several.
    package var unreached: Unreached?

    package init(wecomID: String? = nil, responseCode: String? = nil, unreached: Unreached? = nil) {
        self.wecomID = wecomID
        self.responseCode = responseCode
        self.unreached = unreached
    }
}
