import System
import Text
import WeCom

// The names in steps. A slip in one would have a step pass that expects nothing, or have a fault meet nobody.

extension Player {
    /// Refuses a step that names somebody or something that is not here.
    func checkNames(of step: Step) throws(StepFailure) {
        switch step {
        case .say(let saying):
            try check(saying.who)
            if let chat = saying.chat { try checkGroup(chat) }
        case .click(let click): try check(click.who)
        case .enter(let who), .save(let who): try check(who)
        case .fault(let order): try check(order)
        case .kill(let name), .start(let name): _ = try program(name)
        case .expect(let expectation): try check(expectation, mayBeAnybody: true)
        case .expectNothing(let expectation): try check(expectation, mayBeAnybody: false)
        case .clock, .wait: return
        }
    }

    /// Notes who does something in a step, and in which group: from then on they are known, also where everybody exists.
    func noteActor(of step: Step) {
        if case .say(let saying) = step, let chat = saying.chat {
            places.withLock { places in
                if places.count < Player.mostActors { places.insert(ChatID(chat)) }
            }
        }
        let user: String? =
            switch step {
            case .say(let saying): saying.who.user
            case .click(let click): click.who.user
            case .enter(let who): who.user
            default: nil
            }
        guard let user else { return }
        actors.withLock { actors in
            if actors.count < Player.mostActors { actors.insert(UserID(user)) }
        }
    }

    private func check(_ who: Step.Who) throws(StepFailure) {
        let named = try who.party.map { name throws(StepFailure) in try party(name) }
        guard let user = who.user else { return }
        guard exists(UserID(user), for: named?.app?.corpID) else { throw nobody(user) }
    }

    private func check(_ order: FaultOrder) throws(StepFailure) {
        if let user = order.user, !exists(UserID(user), for: nil) { throw nobody(user) }
        switch order.scope {
        case .all: return
        case .party(let name): _ = try party(name)
        case .corp(let corp):
            let known = wecom.addressBooks.keys.map(\.text).sorted()
            guard !known.contains(where: { $0.isSame(as: corp) }) else { return }
            throw unknown("a corp", corp, among: known)
        }
    }

    /// Somebody whom no address book lists, and who has done nothing, may be written to where everybody exists: but that nothing
    /// comes to them says nothing.
    func check(_ expectation: Expectation, mayBeAnybody: Bool) throws(StepFailure) {
        if let from = expectation.from { _ = try party(from) }
        guard let to = expectation.to, !isGroup(to), !isKnown(UserID(to)) else { return }
        guard !mayBeAnybody || !exists(UserID(to), for: nil) else { return }
        throw nobody(to, orGroup: true)
    }

    /// Like people, groups that nobody has listed exist where a corp is open.
    private func checkGroup(_ chat: String) throws(StepFailure) {
        guard let groups, !groups.contains(ChatID(chat)), !wecom.addressBooks.values.contains(where: \.isOpen) else {
            return
        }
        throw unknown("a group", chat, among: groups.map(\.text))
    }

    private func isGroup(_ name: String) -> Bool {
        groups?.contains(ChatID(name)) == true || places.withLock { $0.contains(ChatID(name)) }
    }

    // MARK: People

    /// True of somebody whom an address book lists, or who has done something here or seen something.
    func isKnown(_ user: UserID) -> Bool {
        user == self.user || actors.withLock { $0.contains(user) }
            || wecom.addressBooks.values.contains { $0.members[user] != nil }
            || sightings.after(0).sightings.contains { $0.peer.map { UserID($0) == user } ?? false }
    }

    /// True of somebody who is there, in a corp or in any: in an open one everybody is.
    private func exists(_ user: UserID, for corp: CorpID?) -> Bool {
        let books = wecom.addressBooks
        let asked = corp.map { [books[$0] ?? FakeCorp()] } ?? Array(books.values)
        return asked.isEmpty || asked.contains { $0.isOpen || $0.members[user] != nil }
    }

    /// The name that somebody was probably meant to have who is not known; nil where there is none like it.
    func nearestPerson(to name: String) -> String? {
        let people = wecom.addressBooks.values.flatMap { $0.members.keys.map(\.text) }
        return nearest(to: name, among: Array(people.prefix(Player.mostCompared)) + (groups ?? []).map(\.text))
    }

    private func nobody(_ name: String, orGroup: Bool = false) -> StepFailure {
        let hint = nearestPerson(to: name).map { ": did you mean \($0)?" } ?? ""
        return StepFailure(
            expected: "a person\(orGroup ? " or a group" : "") \(name)",
            came: "nobody of that name, in no address book" + hint, isAboutName: true)
    }

    private func unknown(_ kind: String, _ name: String, among known: [String]) -> StepFailure {
        let came = known.isEmpty ? "none" : "only \(known.prefix(20).joined(separator: ", "))"
        let hint = nearest(to: name, among: known).map { ": did you mean \($0)?" } ?? ""
        return StepFailure(expected: "\(kind) \(name)", came: came + hint, isAboutName: true)
    }
}

extension FakeWeCom {
    /// The address books of all corps. One that nobody has described is open.
    var addressBooks: [CorpID: FakeCorp] {
        let ids = apps.withLock { $0.map(\.corpID) }
        let described = api.state.withLock { $0.corps }
        return ids.reduce(into: described) { books, id in books[id] = books[id] ?? FakeCorp() }
    }
}
