package import HTTP
package import System

/// Sends requests through libcurl: one thread owns all connections, and whoever waits for an answer holds no thread.
///
/// Redirects are not followed, nothing is decoded, and no request is repeated that a server may have acted on. What
/// fails says which request it was by method, host and path; the query and credentials appear in no error. A transport
/// that is let go of ends what still streams.
package final class CurlTransport: HTTPTransport {
    package struct Limits: Sendable {
        /// Requests under way at once; more wait, in order.
        package var concurrent = 256
        /// Requests that may wait; those beyond are refused as not sent.
        package var waiting = 4096
        /// Connections kept open for the next request.
        package var keptConnections = 64
        /// Bytes of a streamed body held for a slow reader before the sender is held back.
        package var streamBuffer = 64 << 10
        /// The rank of the thread.
        package var rank = OSThread.Rank.usual

        package init() {}
    }

    private let limits: Limits
    private let mailbox: CurlMailbox
    private let thread: OSThread
    private let ended = Ending()

    /// `authorities` names a PEM file to trust instead of the system's certificates. `resolving` says where names lead,
    /// instead of asking: `host:port:address,address`.
    package init(limits: Limits = Limits(), authorities: String? = nil, resolving: [String] = []) {
        let mailbox = CurlMailbox(
            CurlMulti(keptConnections: limits.keptConnections),
            capacity: limits.concurrent + limits.waiting
        )
        let ended = ended
        self.limits = limits
        self.mailbox = mailbox
        thread = OSThread(named: "http-client", rank: limits.rank) {
            CurlLoop(mailbox, maxRunning: limits.concurrent, authorities: authorities, resolving: resolving).run()
            ended.happen()
        }
    }

    /// Lets the thread go: it ends by itself.
    deinit { mailbox.close() }

    /// Ends what is under way as cancelled and closes every connection; returns when the thread is gone.
    package func close() async {
        mailbox.close()
        await ended.wait()
        // The thread is past its last action: this waits for no more than its return.
        thread.join()
    }

    package func send(
        _ request: HTTPRequest,
        _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        try request.checkForSending(options)
        let answer = WholeAnswer()
        let transfer = Transfer(request, options, answer)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.expect(continuation)
                mailbox.submit(transfer)
            }
        } onCancel: {
            mailbox.post(.cancel(transfer))
        }
        return try result.get()
    }

    package func stream(
        _ request: HTTPRequest,
        _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        try request.checkForSending(options)
        let answer = StreamedAnswer(capacity: limits.streamBuffer)
        let transfer = Transfer(request, options, answer)
        let body = StreamedBody(answer, transfer, mailbox)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.expectHead(continuation)
                mailbox.submit(transfer)
            }
        } onCancel: {
            mailbox.post(.cancel(transfer))
        }
        let head = try result.get()
        return HTTPStreamedResponse(status: head.status, headers: head.headers, body: body)
    }
}
