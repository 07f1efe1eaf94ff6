import Text

/// The reason why a file does not go out, as far as a person has to know.
package enum FileLoss: Error, Hashable, Sendable {
    /// It has more bytes than so many.
    case tooLarge(limit: Int)
    case tooLargeTogether
    /// No file of its kind goes this way.
    case notCarried
    case unreadable
    case notFetched
}

extension ChatTexts {
    /// Tells that a file does not come with the answer.
    package func words(for loss: FileLoss, of name: String) -> String {
        let reason =
            switch loss {
            case .tooLarge(let limit): fileTooLarge.filled(["limit": words(forSize: limit)])
            case .tooLargeTogether: filesTooLarge
            case .notCarried: fileNotCarried
            case .unreadable: fileUnreadable
            case .notFetched: fileNotFetched
            }
        return fileFailed.filled(["name": name.cut(toCharacters: 60, bytes: 240), "reason": reason.cut(toBytes: 600)])
    }

    /// Tells that there is no answer, and by what to ask for it. `retry` is the word for trying it again, where there is one.
    package func words(for failure: AgentFailure, of job: JobID, retry: String?) -> String {
        let hints = [
            failure.kind.mayNotComeAgain ? retry.map { retryHint.filled(["retry": $0]) } : nil,
            failureNumber.filled(["number": job.shortNumber]),
        ]
        let words = words(for: failure)
        return words.isEmpty
            ? "" : ([words] + hints.compactMap(\.self).filter { !$0.isEmpty }).joined(separator: "\n")
    }

    private func words(for failure: AgentFailure) -> String {
        switch failure.kind {
        case .timeout: tookTooLong
        case .away: awayTooLong
        case .input: inputRefused.filled(["reason": reason(of: failure) ?? reasonOfRefusedInput])
        case .refused: declined.filled(["reason": reason(of: failure) ?? noReason])
        default: failed
        }
    }

    /// The agent's own words, where they are meant for the person and in their language.
    private func reason(of failure: AgentFailure) -> String? {
        failure.isForPeople && failure.reason.hasWords && language.has(failure.reason) ? failure.reason : nil
    }

    private var reasonOfRefusedInput: String {
        language == .chinese
            ? "内容太长，或者是不支持的格式。" : "it is too long, or of a kind that it does not take."
    }

    private var noReason: String { language == .chinese ? "没有说明原因。" : "it gave no reason." }
}

extension AgentFailure.Class {
    /// True if the same message may be answered another time.
    fileprivate var mayNotComeAgain: Bool { self != .input && self != .refused }
}
