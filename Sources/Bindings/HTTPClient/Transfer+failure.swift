internal import CCurl
import HTTP
import System

extension Transfer {
    /// The meaning of curl's result of this transfer; nil for an answer that is complete.
    func verdict(_ code: CURLcode) -> HTTPTransportError? {
        if code != CURLE_OK { return failure(code) }
        // curl is content with a connection that closes within the head of an answer.
        return head.isComplete ? nil : .unanswered(describe("the connection closed within the answer's head"))
    }

    /// Tells a failure by what the caller may do about it.
    private func failure(_ code: CURLcode) -> HTTPTransportError {
        switch stop {
        // Only if nothing came of the server's other addresses.
        case .addressRefused(let address) where !hasBegun: return .notAllowed(address: address)
        case .addressRefused: break
        case .bodyTooLarge: return .bodyTooLarge(limit: options.maxBodySize)
        case .headTooLarge: return .unanswered(describe("the answer's headers exceed \(head.maxSize) bytes"))
        case .wouldRepeat: return .unanswered(describe("a kept connection was closed once the request was written"))
        case .bodyUnreadable(let reason): return .unanswered(describe("its body could not be read: \(reason)"))
        case nil: break
        }
        let words = handle?.words(for: code) ?? ""
        let reason = describe(code == CURLE_OPERATION_TIMEDOUT ? "\(timeoutThatFired): \(words)" : words)
        return mayHaveReachedServer(code) ? .unanswered(reason) : .notSent(reason)
    }

    /// Names the request as people may see it: without the query and credentials, which are secrets.
    func describe(_ reason: String) -> String {
        "\(request.method) \(addressForPeople(of: request.target)): \(reason)"
    }

    /// Certain in two cases only: curl never came to write the request, or its very first write failed.
    private func mayHaveReachedServer(_ code: CURLcode) -> Bool {
        guard hasBegun else { return false }
        let wroteNothing = requestBytesWritten == 0 && handle?.bodyBytesSent == 0
        return !(code == CURLE_SEND_ERROR && wroteNothing)
    }

    private var timeoutThatFired: String {
        let connectTimeout = "connect timeout of \(options.connectTimeout.short)"
        guard let total = options.totalTimeout else { return connectTimeout }
        let isTotal = hasBegun || MonotonicTime.now.since(handedIn) >= total
        return isTotal ? "total timeout of \(total.short)" : connectTimeout
    }
}
