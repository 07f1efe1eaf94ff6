import JSON
import Router

/// The conversation at a Dify server, and what works at the job under way.
struct DifyState: Equatable {
    var conversation: String?
    /// The id by which the answer is stopped.
    var task: String?
    /// The run of a chatflow or workflow, by which it is found again.
    var run: String?
    /// This job was asked, whatever became of it.
    var isAsked = false

    init(_ turn: Turn) {
        conversation = turn.session?["conversation"]?.string
        // Of an earlier job the conversation alone means something to this one.
        guard turn.resumes else { return }
        task = turn.session?["task"]?.string
        run = turn.session?["run"]?.string
        isAsked = task != nil || run != nil
    }

    /// The state to remember once the answer is there.
    var afterwards: JSONValue? { conversation.map { ["conversation": .string($0)] } }

    var json: JSONValue {
        let members = [("conversation", conversation), ("task", task), ("run", run)]
        return .object(members.compactMap { name, value in value.map { .init(name, .string($0)) } })
    }

    /// Takes the ids that an event names. True if one of them is new.
    mutating func take(_ event: JSONValue) -> Bool {
        let before = self
        func id(_ value: JSONValue?) -> String? {
            value?.string.flatMap { $0.isEmpty || $0.utf8.count > 256 ? nil : $0 }
        }
        conversation = id(event["conversation_id"]) ?? conversation
        task = id(event["task_id"]) ?? task
        run = id(event["workflow_run_id"]) ?? run
        return self != before
    }
}
