import JSON

/// A message as its row has it. It is put in words before the thread, which all callbacks share, has to.
package struct MessageColumns: Sendable {
    package let body: String
    package let replyAddress: String

    /// Nil for what becomes no job.
    package init?(of submission: Submission) {
        switch submission.request {
        case .job(let request): self.init(request.message)
        case .command(let request):
            guard let job = request.then ?? request.otherwise else { return nil }
            self.init(job.message)
        case .click, .notice: return nil
        }
    }

    init(_ message: AcceptedMessage) {
        body = message.json.text
        replyAddress = message.replyAddress.json.text
    }
}

extension AcceptedMessage {
    /// Nil for one that cannot be read.
    package init?(body: String, replyAddress: String) {
        guard let address = ReplyAddress(storedAs: replyAddress),
            let json = JSONValue(storedAs: body)
        else { return nil }
        self.init(json: json, replyAddress: address)
    }
}
