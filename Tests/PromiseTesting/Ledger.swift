package import Lifecycle
package import Simulator
import System
package import WeCom

/// Keeps who has said what, and what of it was acknowledged and answered so far.
package final class Ledger: Sendable {
    /// The account of one conversation.
    package struct Account: Sendable {
        /// The moments at which its lines were said.
        fileprivate(set) var times: [MonotonicTime] = []
        fileprivate(set) var acknowledged: Set<Int> = []
        fileprivate var answered: Set<Int> = []
        /// The parts that came so far of what is not yet answered whole.
        private var heard: [Int: Set<Int>] = [:]
        fileprivate var waiter: Signpost?

        var said: Int { times.count }

        /// True if it was acknowledged.
        func has(_ line: Line) -> Bool { acknowledged.contains(line.number) }

        fileprivate var unanswered: Int { acknowledged.subtracting(answered).count }

        fileprivate mutating func giveUp(_ line: Line) { answered.insert(line.number) }

        fileprivate mutating func note(_ echo: Echo) {
            let number = echo.line.number
            heard[number, default: []].insert(echo.part)
            guard heard[number]?.count ?? 0 >= echo.count else { return }
            heard[number] = nil
            answered.insert(number)
        }
    }

    private struct State {
        var accounts: [Conversation: Account] = [:]
        var enclosed: [Line: [String: SealedMedia]] = [:]
        var isClosed = false
    }

    private let state = Lock(State())
    private let closing = Signpost()
    /// Reached when nobody says any more, and all that was acknowledged is answered.
    package let isSettled = Signpost()

    package init() {}

    package var accounts: [Conversation: Account] { state.withLock { $0.accounts } }

    /// The next number of a conversation, once not too many are unanswered. nil when it is over.
    func nextLine(of conversation: Conversation) async -> Line? {
        while true {
            let step = state.withLock { state -> (line: Line?, waiter: Signpost?) in
                if state.isClosed { return (nil, nil) }
                var account = state.accounts[conversation] ?? Account()
                defer { state.accounts[conversation] = account }
                guard account.unanswered < conversation.door.mostUnanswered else {
                    let waiter = Signpost()
                    account.waiter = waiter
                    return (nil, waiter)
                }
                account.times.append(.now)
                return (Line(conversation, number: account.said), nil)
            }
            guard let waiter = step.waiter else { return step.line }
            await waiter.wait()
        }
    }

    func noteAcknowledged(_ line: Line) { change(line.conversation) { $0.acknowledged.insert(line.number) } }

    /// Takes note of a file that is sent with a line.
    func note(_ media: SealedMedia, as name: String, of line: Line) {
        state.withLock { $0.enclosed[line, default: [:]][name] = media }
    }

    /// The file of that name that was sent with a line.
    package func media(called name: String, of line: Line) -> SealedMedia? {
        state.withLock { $0.enclosed[line]?[name] }
    }

    /// Takes note of what WeCom delivers and what bots show, as it comes, until the task is cancelled.
    package func follow(_ wecom: FakeWeCom, _ cast: Cast) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var seen = 0
                while !Task.isCancelled {
                    let fresh = await wecom.transcript.delivered(atLeast: seen + 1).dropFirst(seen)
                    seen += fresh.count
                    for echo in fresh.compactMap({ Echo($0, in: wecom, cast) }) { self.note(echo) }
                }
            }
            group.addTask {
                var seen = 0
                while !Task.isCancelled {
                    let fresh = await wecom.transcript.bubbles(atLeast: seen + 1).dropFirst(seen)
                    seen += fresh.count
                    for bubble in fresh { self.note(bubble, of: cast) }
                }
            }
        }
    }

    /// A bubble that says there is no answer settles its line as one does.
    private func note(_ bubble: Bubble, of cast: Cast) {
        if let echo = Echo(bubble, cast) {
            note(echo)
        } else if GivenUp.isTold(by: bubble.text), let line = bubble.answered.flatMap({ Line($0) }) {
            change(line.conversation) { $0.giveUp(line) }
        }
    }

    private func note(_ echo: Echo) { change(echo.line.conversation) { $0.note(echo) } }

    /// The numbers of what was said and of what was acknowledged so far.
    package var counts: (said: Int, acknowledged: Int) {
        accounts.values.reduce((0, 0)) { ($0.0 + $1.said, $0.1 + $1.acknowledged.count) }
    }

    /// True once nobody says any more, which is waited for that long.
    func isClosed(within pause: Duration) async -> Bool { await closing.isReached(within: pause) }

    /// Notes that nobody says any more.
    package func close() {
        closing.reach()
        let waiters = state.withLock { state in
            state.isClosed = true
            return state.accounts.values.compactMap(\.waiter)
        }
        for waiter in waiters { waiter.reach() }
    }

    /// To be called when the last of them has said the last.
    package func settle() {
        let isOver = state.withLock { $0.isClosed && $0.accounts.values.allSatisfy { $0.unanswered == 0 } }
        if isOver { isSettled.reach() }
    }

    private func change(_ conversation: Conversation, _ change: (inout Account) -> Void) {
        let waiter = state.withLock { state in
            change(&state.accounts[conversation, default: Account()])
            return state.accounts[conversation]?.waiter
        }
        waiter?.reach()
        settle()
    }
}
