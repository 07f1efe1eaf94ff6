import Lifecycle
import System
import Text
package import WeCom

/// Carries out steps against a simulated WeCom. What people send is on its way when their step is over; the repeats of a
/// callback, and a reply that grows, go on meanwhile.
package final class Player: Sendable {
    let wecom: FakeWeCom
    package let parties: [Party]
    package let sightings: Sightings
    /// The one who writes where nobody is named.
    let user: UserID
    /// The directory in which the paths of files begin.
    let directory: String
    let programs: [String: StagedProgram]
    let bookmarks = Lock(Bookmarks())
    let work = TaskScope()
    /// The groups that there are; nil where nobody has listed them.
    let groups: [ChatID]?
    /// Those who have done something here, or will in the scenario that is played.
    let actors = Lock(Set<UserID>())
    /// The groups in which something was said, or will be.
    let places = Lock(Set<ChatID>())
    private let underway = Lock(0)

    /// The number of callbacks that may be on their way at a time.
    private static let mostUnderway = 256
    static let mostActors = 10_000
    /// The number of people among whom a name is looked for that nobody has.
    static let mostCompared = 1000

    package init(
        _ wecom: FakeWeCom, _ parties: [Party], _ sightings: Sightings, user: UserID, groups: [ChatID]? = nil,
        directory: String = ".", programs: [String: StagedProgram] = [:]
    ) {
        self.wecom = wecom
        self.parties = parties
        self.sightings = sightings
        self.user = user
        self.groups = groups
        self.directory = directory
        self.programs = programs
    }

    /// Returns what was seen, of a step that expects something.
    @discardableResult
    package func play(_ step: Step) async throws(StepFailure) -> [Sighting] {
        try checkNames(of: step)
        noteActor(of: step)
        switch step {
        case .say(let saying): try await say(saying)
        case .click(let click): try await self.click(click)
        case .enter(let who): try await enter(who)
        case .save(let who): try await save(who)
        case .fault(let fault): if fault.isAtOnce { try disturb(fault) } else { try order(fault) }
        case .clock(.ahead(let duration)): wecom.clock.advance(by: duration)
        case .clock(.real): wecom.clock.setLead(.zero)
        case .kill(let name): try await program(name).kill()
        case .start(let name): try await start(name)
        case .expect(let expectation): return try await expect(expectation)
        case .expectNothing(let expectation): try await expectNothing(expectation)
        case .wait(let duration): try? await Task.sleep(for: duration)
        }
        return []
    }

    // MARK: Programs

    func program(_ name: String) throws(StepFailure) -> StagedProgram {
        if let program = programs[name] { return program }
        let known = programs.keys.sorted().joined(separator: ", ")
        throw StepFailure(
            expected: "a process \(name)", came: known.isEmpty ? "none: no process is started here" : "only \(known)",
            isAboutName: true)
    }

    private func start(_ name: String) async throws(StepFailure) {
        let program = try program(name)
        try await program.start()
        guard program.holdsBots else { return }
        await wecom.sockets.untilConnected(Set(parties.compactMap(\.socketBot)))
    }

    // MARK: Who is meant

    /// The app or the bot of that name; the first one where none is named.
    func party(_ name: String?) throws(StepFailure) -> Party {
        if let found = name.map({ name in parties.first { $0.name.isSame(as: name) } }) ?? parties.first {
            return found
        }
        let names = parties.map(\.name)
        let hint = name.flatMap { nearest(to: $0, among: names) }.map { ": did you mean \($0)?" } ?? ""
        throw StepFailure(
            expected: "an app or a bot \(name ?? "")",
            came: names.isEmpty ? "none" : "only \(names.joined(separator: ", "))\(hint)", isAboutName: true)
    }

    func user(_ name: String?) -> UserID { name.map { UserID($0) } ?? user }

    // MARK: Beginning

    /// Begins something that posts callbacks, and returns when the first try of it is over: `body` says when.
    func begin(_ body: @escaping @Sendable (_ tried: Signpost) async -> Void) async throws(StepFailure) {
        let isOne = underway.withLock { count in
            if count < Player.mostUnderway { count += 1 } else { return false }
            return true
        }
        guard isOne else {
            throw StepFailure(
                expected: "fewer than \(Player.mostUnderway) callbacks on their way", came: "as many: nobody takes them"
            )
        }
        let tried = Signpost()
        work.start { [self] in
            await body(tried)
            tried.reach()
            underway.withLock { $0 -= 1 }
        }
        await tried.wait()
    }

    /// Notes that nobody took a callback, if that is so.
    func note(_ tries: [CallbackTry], to party: Party, from peer: String) {
        guard let last = tries.last, !last.isAcknowledged else { return }
        let answer = last.status.map { "HTTP \($0)" } ?? "no answer"
        sightings.add(
            Sighting(.lost, of: party.name, with: peer, "\(answer), \(tries.count) times", at: wecom.clock.wall))
    }
}

extension Party {
    var socketBot: BotID? { if case .socket(let bot) = end { bot.id } else { nil } }
}
