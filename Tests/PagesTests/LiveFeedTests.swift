import Pages
import System
import Testing

@Suite("The feed of changes that pages listen to", .timeLimit(.minutes(5))) struct LiveFeedTests {
    private func feed(_ change: (inout LiveFeed<Int>.Limits) -> Void = { _ in }) -> LiveFeed<Int> {
        var limits = LiveFeed<Int>.Limits()
        limits.interval = .zero
        change(&limits)
        return LiveFeed(limits: limits)
    }

    private func places(_ listener: LiveListener<Int>) async throws -> [Int] {
        guard case .changed(let places, _) = try await listener.next() else { return [] }
        return places
    }

    @Test("a place that changes many times is told once, in the order of the first")
    func coalescing() async throws {
        let feed = feed()
        let listener = feed.listen(session: "a", after: nil) { _ in true }
        feed.note(1, 2, 1, 3, 2)
        #expect(try await places(listener) == [1, 2, 3])
        feed.note(2)
        #expect(try await places(listener) == [2])
    }

    @Test("a listener is told of nothing that it does not want")
    func wanting() async throws {
        let feed = feed()
        let listener = feed.listen(session: "a", after: nil) { $0 % 2 == 0 }
        feed.note(1, 2, 3, 4)
        #expect(try await places(listener) == [2, 4])
    }

    @Test("a page that comes back is told what changed since, and nothing that it knows")
    func catchingUp() async throws {
        let feed = feed()
        feed.note(1)
        let known = feed.position
        feed.note(2, 3)
        let listener = feed.listen(session: "a", after: known) { _ in true }
        #expect(!listener.missed)
        #expect(try await places(listener) == [2, 3])
    }

    @Test(
        "a page that knows a change of another run, none of ours, or one that is forgotten, has missed something",
        arguments: ["ffff.1", "x", "", ".", "1.", "99999"])
    func missing(last: String) {
        let feed = feed { $0.kept = 4 }
        for place in 0..<20 { feed.note(place) }
        #expect(feed.listen(session: "a", after: last) { _ in true }.missed)
        #expect(feed.listen(session: "a", after: "\(feed.boot).\(last)") { _ in true }.missed)
        #expect(feed.listen(session: "a", after: "\(feed.boot).2") { _ in true }.missed)
        #expect(!feed.listen(session: "a", after: "\(feed.boot).19") { _ in true }.missed)
        #expect(!feed.listen(session: "a", after: nil) { _ in true }.missed)
    }

    @Test("what was missed long ago is not made up for, but what nobody wanted is not missed")
    func longAgo() {
        let feed = feed { $0.fills = .seconds(-1) }
        let known = feed.position
        feed.note(1)
        #expect(feed.listen(session: "a", after: known) { _ in true }.missed)
        #expect(!feed.listen(session: "a", after: known) { $0 != 1 }.missed)
        #expect(!feed.listen(session: "a", after: feed.position) { _ in true }.missed)
    }

    @Test("the fifth tab of a browser sends its first away, and no other's")
    func sessions() async throws {
        let feed = feed()
        let tabs = (0..<4).map { _ in feed.listen(session: "a", after: nil) { _ in true } }
        let other = feed.listen(session: "b", after: nil) { _ in true }
        let fifth = feed.listen(session: "a", after: nil) { _ in true }
        guard case .end(.newerTab) = try await tabs[0].next() else { throw Unexpected.step }
        feed.note(7)
        for listener in tabs.dropFirst() + [other, fifth] { #expect(try await places(listener) == [7]) }
        #expect(feed.listenerCount == 5)
    }

    @Test("there are no more than so many listeners in all")
    func all() async throws {
        let feed = feed { $0.listeners = 3 }
        let listeners = (0..<5).map { number in feed.listen(session: "\(number)", after: nil) { _ in true } }
        #expect(feed.listenerCount == 3)
        guard case .end(.newerTab) = try await listeners[0].next() else { throw Unexpected.step }
    }

    @Test("a listener that leaves too much unread is told to go")
    func lag() async throws {
        let feed = feed { $0.waiting = 10 }
        let listener = feed.listen(session: "a", after: nil) { _ in true }
        for place in 0..<11 { feed.note(place) }
        guard case .end(.lag) = try await listener.next() else { throw Unexpected.step }
    }

    @Test("nothing to tell for a while is told, too: it finds those that are gone")
    func silence() async throws {
        let feed = feed { $0.silence = .milliseconds(1) }
        guard case .quiet = try await feed.listen(session: "a", after: nil, wanting: { _ in true }).next() else {
            throw Unexpected.step
        }
    }

    @Test("at the end all are sent away, and whoever comes later")
    func closing() async throws {
        let feed = feed()
        let listener = feed.listen(session: "a", after: nil) { _ in true }
        feed.close()
        guard case .end(.draining) = try await listener.next() else { throw Unexpected.step }
        let late = feed.listen(session: "a", after: nil) { _ in true }
        guard case .end(.draining) = try await late.next() else { throw Unexpected.step }
    }

    @Test("a page that is gone is forgotten")
    func stopping() {
        let feed = feed()
        let listener = feed.listen(session: "a", after: nil) { _ in true }
        listener.stop()
        #expect(feed.listenerCount == 0)
    }

    private enum Unexpected: Error { case step }
}
