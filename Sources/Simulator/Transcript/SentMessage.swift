package import JSON
package import System
package import WeCom

/// A message that WeCom took from an app.
package struct SentMessage: Sendable {
    package enum Content: Sendable {
        /// The text as people see it: cut, where it was too long.
        case text(String)
        case markdown(String)
        /// An image, voice, video or file; only videos have words with them.
        case media(FakeMedia, title: String?, description: String?)
        case textCard(FakeArticle)
        case articles([FakeArticle])
        case miniProgram(FakeArticle)
        case card(FakeCard)
    }

    /// The fate of the message. The app is answered errcode 0 each time.
    package enum Fate: Sendable {
        case delivered
        /// Shown to nobody, since an identical one came before.
        case swallowed
        /// Shown to nobody, since everyone it was for has had too many from this app.
        case dropped
    }

    package let at: MonotonicTime
    package let corpID: CorpID
    package let agentID: AgentID
    /// The recipients as the app named them: `touser`, or "" where only departments or tags were named.
    package let to: String
    package let content: Content
    package let messageID: String
    package internal(set) var fate: Fate
    /// Everyone who is shown it.
    package let recipients: [UserID]
    /// Those of the recipients who are not, since they have had too many.
    package let unshown: [UserID]
    /// The limit that those have reached.
    var excess: FakeMemberLimits.Excess?
    package internal(set) var isRecalled = false
    /// The request as it came.
    package let request: JSONValue

    package var type: String { request["msgtype"]?.string ?? "" }

    /// The words of a text or markdown message; "" of any other.
    package var text: String {
        switch content {
        case .text(let text), .markdown(let text): text
        default: ""
        }
    }

    package var card: FakeCard? { if case .card(let card) = content { card } else { nil } }
    package var media: FakeMedia? { if case .media(let media, _, _) = content { media } else { nil } }

    /// Taken with errcode 0 and shown to nobody, since an identical one came before.
    package var isSwallowed: Bool { fate == .swallowed }
    package var app: FakeApp.Identity { FakeApp.Identity(corpID: corpID, agentID: agentID) }
}

/// A headline that opens something.
package struct FakeArticle: Sendable, Equatable {
    package let title: String
    package let description: String?
    package let url: String?
    /// The word on the button that opens it; nil where WeCom's own stands there.
    package var button: String?
}
