package import WeCom

/// The answer of WeCom to a message it took.
package struct SendReceipt: Sendable, Equatable {
    /// The id for taking the message back.
    package var wecomID: String?
    /// The code for changing a card, once.
    package var responseCode: String?
    /// The recipients that it did not reach, of several.
    package var unreached: Unreached?
    /// The way that took it, where there were several.
    package var way: Way.Kind?

    package init(wecomID: String? = nil, responseCode: String? = nil, unreached: Unreached? = nil) {
        self.wecomID = wecomID
        self.responseCode = responseCode
        self.unreached = unreached
    }
}

extension SendReceipt {
    /// The line that a job's time line has of it; nil where there is nothing to say.
    var words: String? {
        let all = [way?.words, unreached?.words].compactMap(\.self)
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }
}

extension Way.Kind {
    fileprivate var words: String {
        switch self {
        case .app: "through an app"
        case .stream: "in its stream"
        case .responseURL: "at the message's own address"
        case .request: "under the message's own id"
        case .push: "as a message of the bot's own accord"
        }
    }
}
