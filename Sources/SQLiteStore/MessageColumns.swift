import JSON
import Router

/// A message as its row has it. It is put in words before the writer's thread, which all callbacks share, has to.
struct MessageColumns: Sendable {
    let body: String
    let replyAddress: String

    /// Nil for what becomes no job.
    init?(of submission: Submission) {
        switch submission.request {
        case .job(let request): self.init(request.message)
        case .command(let request):
            guard let otherwise = request.otherwise else { return nil }
            self.init(otherwise.message)
        case .click, .notice: return nil
        }
    }

    init(_ message: AcceptedMessage) {
        body = message.json.text
        replyAddress = message.replyAddress.json.text
    }
}
