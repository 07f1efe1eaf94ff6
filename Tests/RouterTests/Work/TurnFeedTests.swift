import JSON
import RouterTesting
import System
import Testing

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct TurnFeedTests {
    private let clock = ManualClock()
    private let feed: TurnFeed

    init() { feed = TurnFeed(by: clock) }

    @Test("it has what the turn has said, thought and done, each step once and as it stands")
    func content() {
        feed.note(.started(["id": "s1"]))
        feed.note(.text("Once "))
        feed.note(.text("upon"))
        feed.note(.thinking("hm"))
        feed.note(.progress("on page 3"))
        feed.note(.tool(ToolCall(id: "1", title: "look", state: .running)))
        feed.note(.tool(ToolCall(id: "2", title: "write", state: .pending)))
        feed.note(.tool(ToolCall(id: "1", title: "look", state: .completed)))
        let now = feed.snapshot
        #expect(now.text == "Once upon" && now.thoughts == "hm" && now.progress == "write" && !now.isEnded)
        #expect(
            now.steps == [
                ToolCall(id: "1", title: "look", state: .completed), ToolCall(id: "2", title: "write", state: .pending),
            ])
    }

    @Test(
        "what changes nothing is no revision",
        arguments: [
            .activity, .started("s1"), .text(""), .thinking(""), .progress(""), .progress("there"),
            .tool(ToolCall(id: "1", title: "there", state: .running)),
        ] as [TurnEvent])
    func nothingNew(event: TurnEvent) {
        feed.note(.tool(ToolCall(id: "1", title: "there", state: .running)))
        let before = feed.snapshot
        #expect(before.revision == 1)
        feed.note(event)
        #expect(feed.snapshot == before)
    }

    @Test("every event is a sign of life, seen or not")
    func activity() {
        let began = clock.now
        #expect(feed.lastActivity == nil)
        clock.advance(by: .seconds(5))
        feed.note(.activity)
        #expect(feed.lastActivity == began.advanced(by: .seconds(5)))
    }

    // MARK: Waiting

    @Test("who has not seen the newest gets it at once, and misses what lay between")
    func behind() async throws {
        for number in 1...5 { feed.note(.progress("\(number)")) }
        let seen = try #require(await feed.snapshot(newerThan: 1))
        #expect(seen.revision == 5 && seen.progress == "5")
    }

    @Test("who has seen it waits for the next, and all who do are let go by one change", arguments: 0..<20)
    func waiting(yields: Int) async {
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<10 { group.addTask { await feed.snapshot(newerThan: 0)?.revision } }
            for _ in 0..<yields { await Task.yield() }
            feed.note(.text("news"))
            for await revision in group { #expect(revision == 1) }
        }
    }

    @Test("a reader hears of every end, and after that of nothing more", arguments: 0..<20)
    func ended(yields: Int) async {
        async let read = {
            var (seen, texts) = (0, [String]())
            while let now = await feed.snapshot(newerThan: seen) {
                seen = now.revision
                texts.append(now.text)
            }
            return texts
        }()
        for _ in 0..<yields { await Task.yield() }
        feed.note(.text("the "))
        feed.note(.text("end"))
        feed.end()
        feed.note(.text(", or not"))
        feed.end()
        #expect(await read.last == "the end")
        #expect(feed.snapshot.text == "the end" && feed.snapshot.revision == 3)
        #expect(await feed.snapshot(newerThan: 2)?.isEnded == true)
        #expect(await feed.snapshot(newerThan: 3) == nil)
    }

    @Test("who waits and is cancelled waits no longer, whenever that comes", arguments: 0..<50)
    func cancelled(yields: Int) async {
        let reader = Task { await feed.snapshot(newerThan: 0) }
        for _ in 0..<yields { await Task.yield() }
        reader.cancel()
        #expect(await reader.value == nil)
    }

    // MARK: Bounds

    @Test("of what is said the beginning is kept, and nothing behind a gap")
    func longText() {
        let mebibyte = String(repeating: "中文a", count: (1 << 20) / 7)
        for _ in 0..<5 { feed.note(.text(mebibyte)) }
        let (text, revision) = (feed.snapshot.text, feed.snapshot.revision)
        #expect(text.utf8.count <= 4 << 20 && text.utf8.count > (4 << 20) - 4)
        feed.note(.text("a"))
        #expect(feed.snapshot.text == text && feed.snapshot.revision == revision)
    }

    @Test("of thoughts the newest are kept, from where a character begins")
    func longThoughts() {
        for number in 0..<100_000 { feed.note(.thinking("念\(number) ")) }
        let thoughts = feed.snapshot.thoughts
        #expect(thoughts.utf8.count <= TurnFeed.Snapshot.longestThoughts)
        #expect(thoughts.utf8.count > TurnFeed.Snapshot.longestThoughts / 2 - 16)
        #expect(thoughts.hasSuffix("念99999 ") && !thoughts.contains("\u{FFFD}"))
        feed.note(.thinking(String(repeating: "念", count: 1 << 20)))
        #expect(feed.snapshot.thoughts.utf8.count <= TurnFeed.Snapshot.longestThoughts / 2)
        #expect(feed.snapshot.thoughts.allSatisfy { $0 == "念" })
    }

    @Test("of steps the newest are kept, and none is larger than a line")
    func manySteps() {
        let long = String(repeating: "x", count: 1 << 20)
        for number in 0..<1000 {
            feed.note(.tool(ToolCall(id: "\(number)", title: "step \(number)", state: .completed)))
        }
        feed.note(.tool(ToolCall(id: long, title: long, state: .running)))
        feed.note(.tool(ToolCall(id: long, title: long, state: .failed)))
        let now = feed.snapshot
        #expect(now.steps.count == TurnFeed.Snapshot.mostSteps)
        #expect(now.steps.first?.id == "901" && now.steps.last?.state == .failed)
        #expect(now.steps.last.map { $0.id.count <= 256 && $0.title.count <= 500 } == true)
        #expect(now.progress?.count == 500)
    }
}
