import Simulator
import System
import WeCom

/// The simulated WeCom at a terminal: `run` takes lines that are typed as callbacks, `showMessages` shows whatever apps
/// send.
struct Stage: Sendable {
    let wecom: FakeWeCom
    let cast: Cast
    let user: UserID
    let console: Console
    private let moments = SpokenMoments()

    init(wecom: FakeWeCom, cast: Cast, user: UserID, console: Console) {
        self.wecom = wecom
        self.cast = cast
        self.user = user
        self.console = console
    }

    /// Until the input has ended, which `whenInputEnds` hears of, and all that came of it.
    func run(whenInputEnds: () -> Void) async {
        await withDiscardingTaskGroup { group in
            for await line in console.lines() {
                if Task.isCancelled { return }
                guard line.contains(where: { !$0.isWhitespace }) else { continue }
                // The next line may go out while WeCom still repeats this one.
                group.addTask { await follow(line) }
            }
            whenInputEnds()
        }
    }

    private func follow(_ line: String) async {
        do throws(Typist.Trouble) {
            let addressed = try cast.addressed(line)
            if let remark = addressed.remark { console.print("\(remark)\n") }
            let role = addressed.role
            moments.note(role.app.identity)
            let tries = try await Typist(wecom: wecom, user: user).act(TypedLine(addressed.text), on: role.app)
            for made in tries {
                let status = made.status.map { "\($0)" } ?? "no answer"
                console.print("→ \(role.name)  try \(made.attempt): \(status) in \(made.took.short)\n")
            }
            guard tries.last?.isAcknowledged != true else { return }
            console.print("✗ \(role.name)  WeCom has given up on this callback\n")
        } catch {
            console.print("\(error)\n")
        }
    }

    /// Until the task is cancelled.
    func showMessages() async {
        var shown = 0
        while !Task.isCancelled {
            let (happenings, next) = await wecom.transcript.happenings(from: shown)
            for happening in happenings {
                let message = happening.message
                let name = cast.roles.first { $0.app.identity == message.app }?.name
                let wait = moments.wait(of: message.app, until: happening.at).map { " after \($0.short)" } ?? ""
                console.print("← \(name ?? "?") to \(message.to)\(wait): \(happening.shown)\n")
            }
            shown = next
        }
    }
}
