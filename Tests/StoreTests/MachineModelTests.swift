import SeededTesting
import StoreTesting
import Testing

/// Random events run on the rules of conversations, without a disk; `scripts/model-test` runs a million of them.
@Suite(.timeLimit(.minutes(5))) struct MachineModelTests {
    @Test("whatever happens, each message comes to one end, in order, and its sender hears of it")
    func random() throws {
        var walk = RandomWalk(SeededNumbers())
        try walk.go(steps: 40_000)
    }
}
