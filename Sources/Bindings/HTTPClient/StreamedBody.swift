import HTTP

/// The reader's end of a streamed answer. When it goes away unread, so does the connection.
final class StreamedBody: HTTPBodyReader {
    private let answer: StreamedAnswer
    private let transfer: Transfer
    private let mailbox: CurlMailbox

    init(_ answer: StreamedAnswer, _ transfer: Transfer, _ mailbox: CurlMailbox) {
        self.answer = answer
        self.transfer = transfer
        self.mailbox = mailbox
    }

    deinit { mailbox.post(.cancel(transfer)) }

    func next() async throws(HTTPTransportError) -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                if answer.read(reader) { mailbox.post(.resume(transfer)) }
            }
        } onCancel: {
            mailbox.post(.cancel(transfer))
        }
        return try piece.get()
    }
}
