import Lifecycle
import Testing

@Suite(.timeLimit(.minutes(5))) struct AttemptTests {
    private enum Failure: Error { case body, end }

    @Test("its end follows the body, and its value is the body's")
    func inOrder() async throws {
        var steps: [String] = []
        let value = try await attempt {
            steps.append("body")
            return 5
        } finally: {
            steps.append("end")
        }
        #expect(value == 5)
        #expect(steps == ["body", "end"])
    }

    @Test("its end follows a body that throws, whose error is thrown even where the end fails too")
    func bodyThrows() async {
        var hasEnded = false
        await #expect(throws: Failure.body) {
            try await attempt {
                throw Failure.body
            } finally: {
                hasEnded = true
                throw Failure.end
            }
        }
        #expect(hasEnded)
    }

    @Test("an end that fails is told where the body did not")
    func endThrows() async {
        await #expect(throws: Failure.end) {
            try await attempt {
            } finally: {
                throw Failure.end
            }
        }
    }
}
