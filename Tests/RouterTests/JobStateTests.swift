import Router
import Testing

@Suite struct JobStateTests {
    @Test("a state becomes what the design says, and nothing else", arguments: JobState.allCases)
    func moves(state: JobState) {
        let allowed: Set<JobState> =
            switch state {
            case .ready: [.running, .cancelled]
            case .running: [.done, .failed, .cancelled, .waiting, .ready]
            case .waiting: [.ready, .cancelled, .failed]
            case .done, .failed, .cancelled: []
            }
        #expect(Set(JobState.allCases.filter(state.mayBecome)) == allowed)
        #expect(state.isTerminal == allowed.isEmpty)
    }
}
