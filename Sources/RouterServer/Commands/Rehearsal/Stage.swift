import Router
import Simulator
import System
import WeCom

/// The simulated WeCom at a terminal: `run` takes lines that are typed as callbacks, `showMessages` shows whatever apps
/// and bots send.
struct Stage: Sendable {
    let wecom: FakeWeCom
    let cast: Cast
    let user: UserID
    let console: Console
    /// The language of what the simulated WeCom shows.
    let language: World.Language
    private let moments: SpokenMoments

    init(wecom: FakeWeCom, cast: Cast, user: UserID, console: Console, _ language: World.Language) {
        self.wecom = wecom
        self.cast = cast
        self.user = user
        self.console = console
        self.language = language
        let moments = SpokenMoments()
        self.moments = moments
        let view = BubbleView(cast, moments, on: console, indent: "", language)
        wecom.transcript.watchBubbles { view.show($0, isLast: $1) }
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
            moments.note(role.endpoint)
            let line = TypedLine(addressed.text)
            let isTaken = try await Typist(wecom: wecom, user: user).act(line, of: addressed) { show($0, role) }
            if !isTaken { console.print("✗ \(role.name)  WeCom has given up on this callback\n") }
        } catch {
            console.print("\(error)\n")
        }
    }

    private func show(_ step: Typist.Step, _ role: Cast.Role) {
        switch step {
        case .posted(let made):
            let status = made.status.map { "\($0)" } ?? "no answer"
            console.print("→ \(role.name)  try \(made.attempt): \(status) in \(made.took.short)\n")
        case .given: console.print("→ \(role.name)  over its connection\n")
        }
    }

    /// Until the task is cancelled.
    func showMessages() async {
        var shown = 0
        while !Task.isCancelled {
            let (happenings, next) = await wecom.transcript.happenings(from: shown)
            for happening in happenings {
                let message = happening.message
                let endpoint = Endpoint(message.app)
                let name = cast.role(of: endpoint)?.name
                let wait = moments.wait(of: endpoint, until: happening.at).map { " after \($0.short)" } ?? ""
                console.print("← \(name ?? "?") to \(message.to)\(wait): \(happening.shown(in: language))\n")
            }
            shown = next
        }
    }
}
