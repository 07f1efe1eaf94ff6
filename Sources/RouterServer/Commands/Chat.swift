import Simulator
import System
import WeCom

/// A person at a terminal who talks to the demo's app.
struct Chat: Sendable {
    let world: LoopbackWorld
    let router: RunningRouter
    let isInteractive: Bool
    let print: @Sendable (String) -> Void

    private static let user = UserID("you")
    /// How long an answer may take before we say that none came.
    private static let patience = Duration.seconds(60)

    /// Sends each line and shows what becomes of it. True if every line was answered.
    func run() async -> Bool {
        greet()
        var everyLineWasAnswered = true
        for await line in StandardInput.lines() {
            if Task.isCancelled { break }
            guard line.contains(where: { !$0.isWhitespace }) else {
                prompt()
                continue
            }
            if await say(line) == false { everyLineWasAnswered = false }
            prompt()
        }
        return everyLineWasAnswered
    }

    private func say(_ line: String) async -> Bool {
        let before = world.wecom.transcript.delivered.count
        let began = MonotonicTime.now
        let tries = await world.wecom.say(line, as: Chat.user, to: world.apps[0])
        for made in tries { show(made) }
        guard tries.last?.isAcknowledged == true else { return false }
        guard let answer = await answer(after: before) else {
            print("  ✗ no answer within \(Chat.patience.short)\n")
            return false
        }
        for message in answer {
            print("  ← message/send to \(message.to) after \(message.at.since(began).short)\n\(message.text)\n")
        }
        return true
    }

    private func show(_ made: CallbackTry) {
        let status = made.status.map { "\($0)" } ?? "no answer"
        print("  → POST \(world.configuration.server.path)  \(status) in \(made.took.short)\n")
    }

    private func answer(after count: Int) async -> ArraySlice<SentMessage>? {
        let transcript = world.wecom.transcript
        let waiting = Task { await transcript.delivered(atLeast: count + 1) }
        let limit = Task {
            try await Task.sleep(for: Chat.patience)
            waiting.cancel()
        }
        defer { limit.cancel() }
        let messages = await withTaskCancellationHandler {
            await waiting.value
        } onCancel: {
            waiting.cancel()
        }
        return messages.count > count ? messages[count...] : nil
    }

    private func greet() {
        guard isInteractive else { return }
        print(
            """
            You are a WeCom user, and this is the app "\(world.configuration.apps[0].name)", answered by the echo agent.
            Router: \(router.callbackURL). Type a line; Ctrl-D ends the demo.

            """)
        prompt()
    }

    private func prompt() {
        if isInteractive { print("you> ") }
    }
}
