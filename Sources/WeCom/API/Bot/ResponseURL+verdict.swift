package import HTTP

extension ResponseURL {
    /// The fate of an answer that was posted, and the next step.
    package enum Verdict: Sendable, Equatable {
        case sent
        /// It was not shown: post the same again after that time.
        case retry(after: Duration)
        /// It was not shown, and was tried often enough: the address can still be used.
        case unsent(WeComError)
        /// WeCom refused it, or would: the address is of no use any more.
        case refused(WeComError)
        /// Somebody may have seen it. It is not posted again.
        case unclear(WeComError)
    }

    /// An answer is posted so many times at the most.
    package static let tries = 3

    /// Judges what came of try number `attempt`, counted from 1.
    package func verdict(
        on result: Result<HTTPResponse, HTTPTransportError>, attempt: Int
    ) -> Verdict {
        do throws(WeComError) {
            switch result {
            case .success(let response): _ = try APIWire.answer(in: response, carrying: text)
            case .failure(let error): throw .transport(error)
            }
            return .sent
        } catch {
            return Verdict(error, attempt: attempt)
        }
    }
}

extension ResponseURL.Verdict {
    fileprivate init(_ error: WeComError, attempt: Int) {
        let isLast = attempt >= ResponseURL.tries
        // 0.1 s, then 0.4 s.
        let again = Self.retry(after: .milliseconds(100 * attempt * attempt))
        self =
            switch error {
            case .transport(.notSent): isLast ? .unsent(error) : again
            case .transport(.notAllowed): .unsent(error)
            case .refused(let code, _) where code.handling == .retry: isLast ? .unsent(error) : again
            case .refused(let code, _): code.handling == .slowDown ? .unsent(error) : .refused(error)
            // The address works once: what was taken after all is not taken twice.
            case .unreadable(let status, _) where status.code >= 500: isLast ? .unclear(error) : again
            case .unreadable(let status, _): status.isSuccess ? .unclear(error) : .refused(error)
            default: error.isAmbiguous ? .unclear(error) : .refused(error)
            }
    }
}
