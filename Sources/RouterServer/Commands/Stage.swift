import Simulator
import System
import WeCom

/// The simulated WeCom at a terminal: `run` takes lines that are typed as callbacks, `showMessages` shows whatever apps
/// send.
struct Stage: Sendable {
    struct Role: Sendable {
        let name: String
        let app: FakeApp
    }

    let wecom: FakeWeCom
    let cast: [Role]
    let user: UserID
    let print: @Sendable (String) -> Void

    /// Until the input has ended, which `whenInputEnds` hears of, and all that came of it.
    func run(whenInputEnds: () -> Void) async {
        await withDiscardingTaskGroup { group in
            for await line in StandardInput.lines() {
                if Task.isCancelled { return }
                guard let (role, text) = addressee(of: line) else { continue }
                // The next line may go out while WeCom still repeats this one.
                group.addTask { await follow(TypedLine(text), to: role) }
            }
            whenInputEnds()
        }
    }

    private func follow(_ line: TypedLine, to role: Role) async {
        let tries: [CallbackTry]
        do throws(Typist.Trouble) {
            tries = try await Typist(wecom: wecom, user: user).act(line, on: role.app)
        } catch {
            return print("\(error)\n")
        }
        for made in tries {
            let status = made.status.map { "\($0)" } ?? "no answer"
            print("→ \(role.name)  try \(made.attempt): \(status) in \(made.took.short)\n")
        }
        if tries.last?.isAcknowledged != true { print("✗ \(role.name)  WeCom has given up on this callback\n") }
    }

    /// `NAME: text` picks an app; the first is meant otherwise.
    private func addressee(of line: String) -> (Role, String)? {
        guard line.contains(where: { !$0.isWhitespace }), let first = cast.first else { return nil }
        for role in cast where line.hasPrefix(role.name + ":") {
            return (role, String(line.dropFirst(role.name.count + 1).drop { $0 == " " }))
        }
        return (first, line)
    }

    /// Until the task is cancelled.
    func showMessages() async {
        var shown = 0
        while !Task.isCancelled {
            let (happenings, next) = await wecom.transcript.happenings(from: shown)
            for happening in happenings {
                let message = happening.message
                let name = cast.first { $0.app.identity == message.app }?.name
                print("← \(name ?? "?") to \(message.to): \(happening.shown)\n")
            }
            shown = next
        }
    }
}
