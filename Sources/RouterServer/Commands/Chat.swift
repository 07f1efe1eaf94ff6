import Simulator
import System
import WeCom

/// A person at a terminal who talks to the demo's app.
struct Chat: Sendable {
    let world: LoopbackWorld
    let router: RunningRouter
    let isInteractive: Bool
    let print: @Sendable (String) -> Void

    /// The time that an answer may take before we say that none came, and for which one to what needs none is waited for.
    private static let patience = Duration.seconds(60)
    private static let briefPatience = Duration.seconds(1)

    private var typist: Typist { Typist(wecom: world.wecom, user: UserID("you")) }

    /// Sends each line and shows what becomes of it. True if every line was answered.
    func run() async -> Bool {
        greet()
        var everyLineWasAnswered = true
        var shown = world.wecom.transcript.happeningCount
        for await line in StandardInput.lines() {
            if Task.isCancelled { break }
            guard line.contains(where: { !$0.isWhitespace }) else {
                prompt()
                continue
            }
            if await follow(TypedLine(line), &shown) == false { everyLineWasAnswered = false }
            prompt()
        }
        return everyLineWasAnswered
    }

    /// Does what a line says, and shows all that has happened from `shown` on.
    private func follow(_ line: TypedLine, _ shown: inout Int) async -> Bool {
        let taken = world.wecom.transcript.messageCount
        let began = MonotonicTime.now
        do throws(Typist.Trouble) {
            let tries = try await typist.act(line, on: world.apps[0])
            for made in tries { show(made) }
            guard tries.last?.isAcknowledged == true else { return false }
        } catch {
            print("  \(error)\n")
            return line == .help
        }
        await world.wecom.transcript.wait(
            forMessages: taken + 1, atMost: line.wantsAnswer ? Chat.patience : Chat.briefPatience)
        let came = show(from: &shown, since: began)
        if world.wecom.transcript.messages.last?.fate == .dropped {
            print("  ✗ WeCom dropped the answer without a word: too many for one person\n")
        } else if !came, line.wantsAnswer {
            print("  ✗ no answer within \(Chat.patience.short)\n")
        }
        return came || !line.wantsAnswer
    }

    /// True if there was anything.
    private func show(from shown: inout Int, since began: MonotonicTime) -> Bool {
        let (happenings, next) = world.wecom.transcript.happeningsNow(from: shown)
        shown = next
        for happening in happenings {
            print("  ← \(happening.call) after \(happening.at.since(began).short)\n\(happening.shown)\n")
        }
        return !happenings.isEmpty
    }

    private func show(_ made: CallbackTry) {
        let status = made.status.map { "\($0)" } ?? "no answer"
        print("  → POST \(world.configuration.server.path)  \(status) in \(made.took.short)\n")
    }

    private func greet() {
        guard isInteractive else { return }
        print(
            """
            You are a WeCom user, and this is the app "\(world.configuration.apps[0].name)", answered by the echo agent.
            Router: \(router.callbackURL). Type a line, or :help for what else you can send; Ctrl-D ends the demo.

            """)
        prompt()
    }

    private func prompt() {
        if isInteractive { print("you> ") }
    }
}
