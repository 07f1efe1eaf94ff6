import Lifecycle
import System

/// All that WeCom saw, in order, for tests to read and people to watch.
package final class Transcript: Sendable {
    private struct State {
        var messages: Kept<SentMessage>
        var delivered: Kept<SentMessage>
        var happenings: Kept<Happening>
        var uploads: Kept<FakeMedia>
        var refusals: Kept<RefusedCall>
        var callbacks: Kept<CallbackTry>
        var bubbles: Kept<Bubble>
        var tokensIssued = 0
        var waiters: [Waiter] = []

        init(limit: Int) {
            messages = Kept(limit: limit)
            delivered = Kept(limit: limit)
            happenings = Kept(limit: limit)
            // Files are large, and of interest for a while only.
            uploads = Kept(limit: min(limit, 1000))
            refusals = Kept(limit: min(limit, 1000))
            callbacks = Kept(limit: limit)
            bubbles = Kept(limit: limit)
        }

        func count(_ line: Line) -> Int {
            switch line {
            case .messages: messages.count
            case .delivered: delivered.count
            case .happenings: happenings.count
            case .bubbles: bubbles.count
            }
        }
    }

    private enum Line { case messages, delivered, happenings, bubbles }

    /// Somebody who waits until there have been so many of something.
    private struct Waiter {
        let line: Line
        let count: Int
        let reached = Signpost()
    }

    private let state: Lock<State>
    /// Those who hear of something when it happens. In a structure: a bare function that is taken out of a lock comes back in
    /// another wrapping each time, until calling through all of them overflows the stack.
    private struct Watchers: Sendable {
        var bubbles: [@Sendable (_ bubble: Bubble, _ isLast: Bool) -> Void] = []
        var deliveries: (@Sendable (SentMessage) -> Void)?
    }

    private let watchers = Lock(Watchers())

    /// Keeps the last `limit` of everything.
    package init(keeping limit: Int = .max) { state = Lock(State(limit: limit)) }

    /// Every message that was taken, whatever became of it.
    package var messages: [SentMessage] { state.withLock { $0.messages.elements } }
    package var callbacks: [CallbackTry] { state.withLock { $0.callbacks.elements } }
    package var uploads: [FakeMedia] { state.withLock { $0.uploads.elements } }
    package var refusals: [RefusedCall] { state.withLock { $0.refusals.elements } }
    package var tokensIssued: Int { state.withLock { $0.tokensIssued } }

    /// The messages that reached a person: not those that WeCom swallowed as duplicates or dropped in silence.
    package var delivered: [SentMessage] { state.withLock { $0.delivered.elements } }

    package var recalls: [SentMessage] {
        state.withLock { state in
            state.happenings.elements.compactMap { if case .recalled(let message, _) = $0 { message } else { nil } }
        }
    }

    package var cardUpdates: [CardUpdate] {
        state.withLock { state in
            state.happenings.elements.compactMap { if case .updated(let update) = $0 { update } else { nil } }
        }
    }

    /// The message with this id that an app sent, unless it is forgotten.
    package func message(_ id: String) -> SentMessage? {
        state.withLock { $0.messages.elements.last { $0.messageID == id } }
    }

    /// The card of this task that an app sent, unless it is forgotten.
    package func message(ofTask task: String, of app: FakeApp.Identity) -> SentMessage? {
        state.withLock { $0.messages.elements.last { $0.app == app && $0.card?.taskID == task } }
    }

    /// The bubbles that bots have shown, each when nothing of it changed any more.
    package var bubbles: [Bubble] { state.withLock { $0.bubbles.elements } }

    /// Has `watch` called each time that what a bot shows is new, and once more when nothing of it changes any more.
    package func watchBubbles(_ watch: @escaping @Sendable (_ bubble: Bubble, _ isLast: Bool) -> Void) {
        watchers.withLock { $0.bubbles.append(watch) }
    }

    /// Has `watch` called for each message that reaches somebody, or nothing any more.
    func watchDeliveries(_ watch: (@Sendable (SentMessage) -> Void)?) { watchers.withLock { $0.deliveries = watch } }

    // MARK: Waiting

    /// Waits until bots have shown `count` of them to the end.
    package func bubbles(atLeast count: Int) async -> [Bubble] {
        await wait(.bubbles, count)
        return bubbles
    }

    /// Waits until `count` messages have reached somebody, and returns all that have. Ends early when the task is cancelled.
    package func delivered(atLeast count: Int) async -> [SentMessage] {
        await wait(.delivered, count)
        return delivered
    }

    /// Waits until `count` messages have been taken, whatever became of them.
    package func messages(atLeast count: Int) async -> [SentMessage] {
        await wait(.messages, count)
        return messages
    }

    /// The number of messages that have been taken.
    package var messageCount: Int { state.withLock { $0.messages.count } }

    /// The number of files that have been uploaded.
    package var uploadCount: Int { state.withLock { $0.uploads.count } }

    /// Waits until `count` messages have been taken, but not for ever.
    package func wait(forMessages count: Int, atMost patience: Duration) async {
        await firstOf({ await self.wait(.messages, count) }) { try? await Task.sleep(for: patience) }
    }

    /// The number of things that have happened which people see.
    package var happeningCount: Int { state.withLock { $0.happenings.count } }

    /// Waits until something has happened from `position` on, and returns it with the position behind it.
    package func happenings(from position: Int) async -> (happenings: [Happening], next: Int) {
        await wait(.happenings, position + 1)
        return happeningsNow(from: position)
    }

    /// Returns what has happened from `position` on, and the position behind it.
    package func happeningsNow(from position: Int) -> (happenings: [Happening], next: Int) {
        state.withLock { (Array($0.happenings.from(position)), $0.happenings.count) }
    }

    private func wait(_ line: Line, _ count: Int) async {
        let waiter = Waiter(line: line, count: count)
        state.withLock { state in
            if state.count(line) < count { state.waiters.append(waiter) } else { waiter.reached.reach() }
        }
        await waiter.reached.wait()
        state.withLock { state in state.waiters.removeAll { $0.reached === waiter.reached } }
    }

    // MARK: Writing

    func add(_ message: SentMessage) {
        change { state in
            state.messages.append(message)
            guard message.fate == .delivered else { return }
            state.delivered.append(message)
            state.happenings.append(.delivered(message))
        }
        if message.fate == .delivered { watchers.withLock { $0 }.deliveries?(message) }
    }

    func noteRecall(of message: SentMessage, at now: MonotonicTime) {
        change { state in
            state.messages.changeLast(where: { $0.messageID == message.messageID }) { $0.isRecalled = true }
            state.delivered.changeLast(where: { $0.messageID == message.messageID }) { $0.isRecalled = true }
            if message.fate == .delivered { state.happenings.append(.recalled(message, at: now)) }
        }
    }

    func add(_ update: CardUpdate) { change { $0.happenings.append(.updated(update)) } }
    func add(_ media: FakeMedia) { change { $0.uploads.append(media) } }
    func add(_ refusal: RefusedCall) { change { $0.refusals.append(refusal) } }
    func add(_ callback: CallbackTry) { change { $0.callbacks.append(callback) } }
    func add(_ bubble: Bubble) {
        change { $0.bubbles.append(bubble) }
        tell(bubble, isLast: true)
    }

    /// Takes note of a bubble that has changed, and may change again.
    func show(_ bubble: Bubble) { tell(bubble, isLast: false) }

    private func tell(_ bubble: Bubble, isLast: Bool) {
        for watch in watchers.withLock({ $0.bubbles }) { watch(bubble, isLast) }
    }

    func addToken() { change { $0.tokensIssued += 1 } }

    /// Changes what there is, and wakes whoever waited for it.
    private func change(_ change: (inout State) -> Void) {
        let woken = state.withLock { state in
            change(&state)
            guard !state.waiters.isEmpty else { return [Waiter]() }
            let woken = state.waiters.filter { state.count($0.line) >= $0.count }
            state.waiters.removeAll { waiter in woken.contains { $0.reached === waiter.reached } }
            return woken
        }
        for waiter in woken { waiter.reached.reach() }
    }
}
