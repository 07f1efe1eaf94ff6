import Lifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct FirstOfTests {
    @Test("what ends first decides, and the others are cancelled", arguments: 0..<3)
    func first(winner: Int) async {
        let posts = (0..<3).map { _ in Signpost() }
        posts[winner].reach()
        let waits = posts.enumerated().map { index, post in
            { @Sendable in
                await post.wait()
                return post.isReached ? index : -1
            }
        }
        let value = await firstOf(waits[0], waits[1], waits[2])
        #expect(value == winner)
    }

    @Test("it returns only when the others have ended, too")
    func waitsForOthers() async {
        let (reached, other) = (Signpost(), Signpost())
        reached.reach()
        await firstOf(reached.wait) {
            await Signpost().wait()
            other.reach()
        }
        #expect(other.isReached)
    }

    @Test("a caller that is cancelled cancels all, whenever the cancellation comes", arguments: 0..<50)
    func cancelled(yields: Int) async {
        let task = Task { await firstOf(Signpost().wait, Signpost().wait) }
        for _ in 0..<yields { await Task.yield() }
        task.cancel()
        await task.value
    }

    @Test("through a cancellation it waits all the same")
    func throughCancellationOfCaller() async {
        let (began, post, isOver) = (Signpost(), Signpost(), Signpost())
        let task = Task {
            await throughCancellation {
                began.reach()
                await firstOf(post.wait, Signpost().wait)
            }
            isOver.reach()
        }
        await began.wait()
        task.cancel()
        for _ in 0..<200 { await Task.yield() }
        #expect(!isOver.isReached)
        post.reach()
        await task.value
        #expect(isOver.isReached)
    }

    @Test("what fails through a cancellation says so to whoever waits")
    func failsThroughCancellation() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await throughCancellation { throw Failure() } }
    }
}
