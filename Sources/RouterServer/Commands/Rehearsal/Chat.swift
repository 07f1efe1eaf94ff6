import Router
import Simulator
import System
import WeCom

/// A person at a terminal who talks to the demo's apps and bots.
struct Chat: Sendable {
    let world: LoopbackWorld
    let router: RunningRouter
    let cast: Cast
    let user: UserID
    let console: Console
    /// The time that an answer may take before we say that none came.
    let patience: Duration
    /// The language of what the simulated WeCom shows.
    let language: World.Language
    private let moments: SpokenMoments
    private let bubbles: BubbleView

    init(
        world: LoopbackWorld, router: RunningRouter, cast: Cast, user: UserID, console: Console, patience: Duration,
        _ language: World.Language
    ) {
        self.world = world
        self.router = router
        self.cast = cast
        self.user = user
        self.console = console
        self.patience = patience
        self.language = language
        let moments = SpokenMoments()
        self.moments = moments
        let bubbles = BubbleView(cast, moments, on: console, indent: "  ", language)
        self.bubbles = bubbles
        world.wecom.transcript.watchBubbles { bubbles.show($0, isLast: $1) }
    }

    private var typist: Typist { Typist(wecom: world.wecom, user: user) }

    /// Sends each line and shows what becomes of it, until the input ends. True if every line was answered, or somebody saw for
    /// themselves.
    func run() async -> Bool {
        guard console.isInteractive else { return await answerEachInTurn() }
        await talk()
        return true
    }

    /// The next line may be said while the one before is still to be answered.
    private func talk() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await showWhatComes() }
            console.invite()
            for await line in console.lines() {
                if Task.isCancelled { break }
                group.addTask {
                    _ = await say(line)
                    console.invite()
                }
            }
            group.cancelAll()
        }
    }

    private func showWhatComes() async {
        var shown = world.wecom.transcript.happeningCount
        while !Task.isCancelled {
            let (happenings, next) = await world.wecom.transcript.happenings(from: shown)
            for happening in happenings { show(happening) }
            shown = next
        }
    }

    // MARK: Line by line

    private func answerEachInTurn() async -> Bool {
        var everyLineWasAnswered = true
        var shown = world.wecom.transcript.happeningCount
        for await line in console.lines() {
            if Task.isCancelled { break }
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            if await !follow(line, &shown) { everyLineWasAnswered = false }
        }
        return everyLineWasAnswered
    }

    /// Says a line and shows all that happens until the app has nothing more to do. False if there is an answer missing.
    private func follow(_ line: String, _ shown: inout Int) async -> Bool {
        let (began, before) = (MonotonicTime.now, bubbles.count)
        switch await say(line) {
        case .notSent(let isFault): return !isFault
        case .sent(let role, let wantsAnswer):
            var came = false
            repeat {
                let isOver = await !isAtWork(role.endpoint)
                if show(from: &shown) || bubbles.count > before { came = true }
                if isOver {
                    if !came, wantsAnswer { tellOfLoss() }
                    return came || !wantsAnswer
                }
                let transcript = world.wecom.transcript
                await transcript.wait(forMessages: transcript.messageCount + 1, atMost: .milliseconds(50))
            } while MonotonicTime.now.since(began) < patience && !Task.isCancelled
            console.print("  ✗ no answer within \(patience.short)\n")
            return false
        }
    }

    /// True while it has something to answer or to send.
    private func isAtWork(_ endpoint: Endpoint) async -> Bool {
        (try? await router.server.store.store.hasOpenWork(of: endpoint)) ?? false
    }

    private func tellOfLoss() {
        let isDropped = world.wecom.transcript.messages.last?.fate == .dropped
        console.print(
            isDropped
                ? "  ✗ WeCom dropped the answer without a word: too many for one person\n" : "  ✗ there is no answer\n")
    }

    // MARK: To and fro

    private enum Said {
        case sent(Cast.Role, wantsAnswer: Bool)
        case notSent(isFault: Bool)
    }

    private func say(_ line: String) async -> Said {
        guard line.contains(where: { !$0.isWhitespace }) else { return .notSent(isFault: false) }
        do throws(Typist.Trouble) {
            let addressed = try cast.addressed(line)
            if let remark = addressed.remark { console.print("  \(remark)\n") }
            let typed = TypedLine(addressed.text)
            if typed == .help {
                console.print(TypedLine.helpText)
                return .notSent(isFault: false)
            }
            moments.note(addressed.role.endpoint)
            let isTaken = try await typist.act(typed, of: addressed) { show($0, addressed.role) }
            guard isTaken else { return .notSent(isFault: true) }
            return .sent(addressed.role, wantsAnswer: typed.wantsAnswer)
        } catch {
            console.print("  \(error)\n")
            return .notSent(isFault: true)
        }
    }

    private func show(from shown: inout Int) -> Bool {
        let (happenings, next) = world.wecom.transcript.happeningsNow(from: shown)
        shown = next
        for happening in happenings { show(happening) }
        return !happenings.isEmpty
    }

    private func show(_ happening: Happening) {
        let endpoint = Endpoint(happening.message.app)
        let wait = moments.wait(of: endpoint, until: happening.at).map { " after \($0.short)" } ?? ""
        let sender = cast.role(of: endpoint).map(label) ?? ""
        console.print("  ← \(sender)\(happening.call)\(wait)\n\(happening.shown(in: language))\n")
    }

    private func show(_ step: Typist.Step, _ role: Cast.Role) {
        switch step {
        case .posted(let made):
            let server = world.configuration.server
            let path = role.isBot ? "\(server.botPath)/\(role.name)" : server.path
            let status = made.status.map { "\($0)" } ?? "no answer"
            console.print("  → \(label(role))POST \(path)  \(status) in \(made.took.short)\n")
        case .given: console.print("  → \(label(role))over its connection\n")
        }
    }

    /// Names a bot, and an app where there are several.
    private func label(_ role: Cast.Role) -> String { role.isBot || cast.apps.count > 1 ? "\(role.name)  " : "" }
}
