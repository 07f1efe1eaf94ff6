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

extension AcceptedMessage {
    /// Reads what the columns of a row hold.
    init?(body: String, replyAddress: String) {
        guard
            let address = (try? JSONValue(parsing: Array(replyAddress.utf8), limits: .stored)).flatMap(
                ReplyAddress.init),
            let body = try? JSONValue(parsing: Array(body.utf8), limits: .stored)
        else { return nil }
        self.init(json: body, replyAddress: address)
    }
}
