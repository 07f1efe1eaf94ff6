import JSON
import Router

/// A message as its row has it. It is put in words before the writer's thread, which all callbacks share, has to.
struct MessageColumns: Sendable {
    let body: String
    let replyAddress: String

    /// Nil for what becomes no job.
    init?(of submission: Submission) {
        guard case .job(let request) = submission.request else { return nil }
        self.init(request.message)
    }

    init(_ message: AcceptedMessage) {
        body = message.json.text
        replyAddress = message.replyAddress.json.text
    }
}
