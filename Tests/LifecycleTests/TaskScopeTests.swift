import Lifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct TaskScopeTests {
    @Test("work that waits keeps no other from running, and whoever began it may be cancelled")
    func sideBySide() async {
        let scope = TaskScope()
        let (begun, gate, done) = (Signpost(), Signpost(), Signpost())
        let starter = Task {
            scope.start {
                begun.reach()
                await gate.wait()
                if !Task.isCancelled { done.reach() }
            }
        }
        starter.cancel()
        await starter.value
        await begun.wait()
        scope.start { gate.reach() }
        await done.wait()
        #expect(done.isReached)
    }

    @Test("work goes on to its end when its owner lets go of the scope, and then all of it is let go")
    func letGo() async {
        final class Witness: Sendable {
            let gone: Signpost
            init(_ gone: Signpost) { self.gone = gone }
            deinit { gone.reach() }
        }
        let (gate, done, gone) = (Signpost(), Signpost(), Signpost())
        do {
            let scope = TaskScope()
            let witness = Witness(gone)
            scope.start {
                await gate.wait()
                withExtendedLifetime(witness) { done.reach() }
            }
        }
        gate.reach()
        await done.wait()
        await gone.wait()
        #expect(done.isReached && gone.isReached)
    }
}
