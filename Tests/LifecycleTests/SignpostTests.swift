import Lifecycle
import Testing

@Suite(.timeLimit(.minutes(2))) struct SignpostTests {
    @Test("everybody who waits is let go when the point is reached, and nobody waits afterwards")
    func reach() async {
        let signpost = Signpost()
        #expect(!signpost.isReached)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await signpost.wait() } }
            group.addTask { signpost.reach() }
        }
        #expect(signpost.isReached)
        signpost.reach()
        await signpost.wait()
    }

    @Test("a cancelled task waits no longer, whenever the cancellation comes", arguments: 0..<50)
    func cancellation(yields: Int) async {
        let signpost = Signpost()
        let task = Task { await signpost.wait() }
        for _ in 0..<yields { await Task.yield() }
        task.cancel()
        await task.value
        #expect(!signpost.isReached)
    }
}
