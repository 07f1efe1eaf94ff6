import HTTP
import JSON
import Lifecycle
import Router
import System
import Testing

@testable import Agents

@Suite("services that are told to stop", .timeLimit(.minutes(1)))
struct WebhookCancelTests {
    @Test("when the turn is cancelled while calls are waited for, the service is told, signed as ever")
    func whileHearing() async throws {
        try await ServerWorld.with(answering: Receiver.accepting) { world in
            let attendant = FakeAttendant(path: returnPath())
            let turn = Task { try await webhook(attendedBy: attendant, at: world) }
            await attendant.event { if case .started = $0 { true } else { false } }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            let cancel = try #require(world.requests.last)
            #expect(world.requests.count == 2)
            #expect(Receiver.isSigned(cancel, by: Receiver.secret))
            let job = JobID(42).description
            #expect(cancel.headers["webhook-id"] == "\(job).1.cancel")
            #expect(
                cancel.json == [
                    "v": 1, "type": "job.cancel", "job_id": .string(job), "attempt": 1,
                    "session_key": "ww1/1000002/user:zhangsan", "session": .null, "run_id": "r9",
                ])
        }
    }

    @Test("when the turn is cancelled before the service has answered, it is told, too")
    func whileAsking() async throws {
        let asked = Signpost()
        let handler = Receiver.answering { message in
            guard message["type"] == "job.start" else { return .json(.ok, Array("{}".utf8)) }
            asked.reach()
            await untilCancelled()
            return .json(.ok, [])
        }
        try await ServerWorld.with(answering: handler) { world in
            let turn = Task { try await webhook(at: world) }
            await asked.wait()
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(world.requests.map { $0.json["type"] } == ["job.start", "job.cancel"])
        }
    }

    @Test("a job that goes on later is not stopped: the service works on while we are away")
    func goesOnLater() async throws {
        try await ServerWorld.with(answering: Receiver.accepting) { world in
            let attendant = FakeAttendant(path: returnPath(), goesOnLater: true)
            let turn = Task { try await webhook(attendedBy: attendant, at: world) }
            await attendant.event { if case .started = $0 { true } else { false } }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(world.requests.count == 1)
        }
    }
}
