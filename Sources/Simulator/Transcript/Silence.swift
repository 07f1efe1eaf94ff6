import JSON
package import WeCom

/// Something that WeCom does with a message without a word to its app, which is answered errcode 0 all the same, or that an app
/// leaves undone.
package enum Silence: Sendable, Equatable {
    /// These people are not shown it, since they have had so many from this app.
    case dropped([UserID], over: FakeMemberLimits.Excess)
    /// Not shown to anybody, since an identical one came before: the app has asked for that.
    case swallowed
    /// People are shown no more than so many bytes of its text.
    case cut(from: Int, to: Int)
    /// A button was pressed, and the card has not changed in time.
    case noUpdate

    /// True of what the app did not ask for.
    package var isTrouble: Bool { self != .swallowed }
}

extension SentMessage {
    /// The things that its app is not told.
    package var silences: [Silence] {
        if isSwallowed { return [.swallowed] }
        var silences: [Silence] = []
        if let excess { silences.append(.dropped(unshown, over: excess)) }
        if case .text(let shown) = content, let written = request["text"]?["content"]?.string?.utf8.count,
            written > FakeWeCom.maxTextBytes
        {
            silences.append(.cut(from: written, to: min(shown.utf8.count, FakeWeCom.maxTextBytes)))
        }
        return silences
    }
}
