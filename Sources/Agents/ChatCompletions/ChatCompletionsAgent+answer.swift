import HTTP
import Router

extension ChatCompletionsAgent {
    /// Sends the request and reads the answer to its end.
    func answer(to request: HTTPRequest, heardBy attendant: any TurnAttendant) async throws -> ChatAnswer {
        var answer = ChatAnswer()
        do {
            switch try await server.open(request, for: "chat completion", heardBy: attendant) {
            case .events(var events): try await read(&events, into: &answer, heardBy: attendant)
            case .whole(let json): for heard in try answer.take(whole: json) { try await attendant.hear(heard) }
            }
        } catch let refusal as ServerRefusal {
            throw refusal.failure
        }
        return answer
    }

    private func read(
        _ events: inout EventReader, into answer: inout ChatAnswer, heardBy attendant: any TurnAttendant
    ) async throws {
        do {
            while !answer.isOver, let event = try await events.next(heardBy: attendant) {
                for heard in try answer.take(event) { try await attendant.hear(heard) }
            }
        } catch let end as EventReader.BrokenOff {
            // Servers that end a connection badly have said all that they had to say.
            guard answer.isComplete, !end.isTooLong else { throw answer.brokenOff(end.reason) }
        }
    }
}
