import Lifecycle
import Router
import System
import Text
import WeCom

// What is shown under the id of a message and is no delivery: answers as they grow, and ends of bubbles that no answer ends.

extension BotSocketLane {
    /// The result of showing how far an answer has come.
    enum Showing {
        case shown
        /// Another frame is under way, or nothing is heard of this one: the same may be shown a little later.
        case notYet
        /// WeCom does not take this text.
        case refused
        /// WeCom takes nothing more of the stream.
        case over

        fileprivate init(_ outcome: BotConnection.Machine.Outcome) {
            self =
                switch outcome {
                case .done: .shown
                case .skipped, .unsent, .unanswered, .brokenOff: .notYet
                case .refused: .refused
                case .wayGone: .over
                }
        }
    }

    /// Shows the text of an answer so far. What comes behind its end is passed over. The first frame has the id by which people
    /// rate the answer.
    func show(_ text: String, under request: BotRequestID, asking feedback: FeedbackID? = nil) async -> Showing {
        guard !sealed.withLock({ $0.isGivenUp(request.text) }) else { return .over }
        let frame = StreamFrame.running(Self.stream(of: request), text).asking(feedback)
        let showing = Showing(await connection.send(.respond(.stream(frame)), answering: request))
        if case .over = showing { sealed.withLock { $0.giveUp(request.text) } }
        return showing
    }

    /// Says below what is shown so far that it goes on later, where there is room for it. The bubble stays open: the turn that goes on
    /// ends it.
    func takeLeave(saying notice: String, below shown: String?, under request: BotRequestID) async {
        let text = [shown == StreamFrame.thinking ? nil : shown, notice].compactMap(\.self).joined(separator: "\n\n")
        guard notice.hasWords, text.utf8.count <= BotReply.maxTextBytes else { return }
        _ = await show(text, under: request)
    }

    // MARK: What no delivery says

    /// Ends a stream that no answer ends: that comes another way, or not at all. Does nothing once an answer has ended it. False if
    /// it did not go out, or is to go once more.
    @discardableResult
    func end(_ text: String, under request: BotRequestID, in conversation: ConversationKey) async -> Bool {
        guard sealed.withLock({ $0.seal(request.text, by: .ourselves) }) else { return true }
        let frame = StreamFrame.closing(Self.stream(of: request), text)
        let outcome = await say(.respond(.stream(frame)), under: request, in: conversation)
        if note(outcome, ofTheEndUnder: request) { return false }
        switch outcome {
        case .unsent, .brokenOff: return false
        case .done, .refused, .wayGone, .skipped, .unanswered: return true
        }
    }

    /// Greets a person who came in.
    func greet(_ greeting: BotReply, under request: BotRequestID, in conversation: ConversationKey) async {
        await say(.welcome(greeting), under: request, in: conversation)
    }

    /// Says what is a message to WeCom and none of ours: it counts towards what the chat may be sent as a delivery does.
    @discardableResult
    func say(
        _ command: BotCommand, under request: BotRequestID? = nil, in conversation: ConversationKey
    ) async -> BotConnection.Machine.Outcome {
        let outcome = await connection.send(command, answering: request)
        // A store that takes no count takes no delivery either.
        if outcome.mayBeSeen { try? await store.countShown(in: conversation, at: connection.clock.timestamp) }
        return outcome
    }

    /// Changes a card that a person has pressed on.
    func change(_ update: BotCardUpdate, under request: BotRequestID) async {
        _ = await connection.send(.updateCard(update), answering: request)
    }

    /// Takes note of what became of the last frame of a stream. True if that is in doubt and the same frame is to go once more,
    /// which shows nothing new.
    func note(_ outcome: BotConnection.Machine.Outcome, ofTheEndUnder request: BotRequestID) -> Bool {
        sealed.withLock { sealed in
            switch outcome {
            case .unsent, .refused(_?, _): sealed.release(request.text)
            case .wayGone: sealed.giveUp(request.text)
            case .unanswered where !Task.isCancelled, .refused(nil, _): return sealed.doubt(request.text)
            case .done, .skipped, .unanswered, .brokenOff: break
            }
            return false
        }
    }
}
