package import WeCom

// The standing of a conversation, as commands from the chat look at it.

extension ConversationMachine {
    /// The standing of a conversation as somebody in it may see it.
    package struct Standing: Sendable, Equatable {
        /// The job that holds it: one that runs, or waits for its next try. In a group the caller's own only.
        package let current: OpenJob?
        /// True if the job that comes first is another member's.
        package let isOthers: Bool
        /// Counts the jobs of the caller's that wait behind it.
        package let waiting: Int
        /// The title of the question that the person is asked.
        package let question: String?
    }

    /// Needs the open jobs, with their senders for a caller, and the open questions.
    package func standing(for caller: UserID? = nil) -> Standing {
        let own = jobs(of: caller)
        let isOthers = own.first?.id != jobs.first?.id
        let current = isOthers ? nil : own.first.flatMap { $0.holdsConversation ? $0 : nil }
        let question = questions.first { question in
            question.ending == nil && own.contains { $0.id == question.job }
        }
        return Standing(
            current: current, isOthers: isOthers, waiting: own.count { $0.state != .running && $0.id != current?.id },
            question: question?.asked.question.title)
    }

    /// The jobs of the caller's that wait, in order. Needs the open jobs, with their senders for a caller.
    package func waitingJobs(of caller: UserID? = nil) -> [OpenJob] {
        jobs(of: caller).filter { $0.state != .running }
    }

    /// The one at that place among them, from 1 on.
    package func waitingJob(_ number: Int, of caller: UserID? = nil) -> OpenJob? {
        let waiting = waitingJobs(of: caller)
        return waiting.indices.contains(number - 1) ? waiting[number - 1] : nil
    }

    /// True if there is something that a command can be about: a job that runs or waits; for a retry, one of the caller's that went
    /// wrong and none behind it.
    ///
    /// Needs the places; for a retry the job that it means and, where somebody calls, the open jobs with their senders.
    package func hasCause(
        for command: ChatCommand, of caller: UserID? = nil, retrying last: EndedJob? = nil
    ) -> Bool {
        guard command == .retry else { return place != nil }
        let isBusy = place != nil && (caller == nil || !jobs(of: caller).isEmpty)
        guard !isBusy, let last else { return false }
        return last.state != .done && last.retriedAs == nil && last.isWhole(of: caller)
    }
}

extension OpenJob {
    /// True of a job before whose end nothing else of its conversation runs.
    fileprivate var holdsConversation: Bool { state == .running || state == .waiting && due != nil }
}
