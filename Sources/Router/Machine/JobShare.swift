package import WeCom

/// The part of a job that is the work of whoever gives a command: a member of a group commands their own and no more.
package enum JobShare: Sendable, Equatable {
    case none
    /// Others wrote messages of it, too.
    case some
    case all

    /// The share of `caller` in a job with messages of `senders`; nil of a person alone with an app or bot, whose all is.
    package init(of caller: UserID?, among senders: Set<UserID>) {
        guard let caller else {
            self = .all
            return
        }
        self = !senders.contains(caller) ? .none : senders.count == 1 ? .all : .some
    }
}

extension OpenJob {
    /// Needs the senders, where somebody calls.
    package func share(of caller: UserID?) -> JobShare { JobShare(of: caller, among: senders) }
}

extension ConversationMachine {
    /// The open jobs that a command of the caller's is about, in order. Needs the open jobs.
    package func jobs(of caller: UserID?) -> [OpenJob] { jobs.filter { $0.share(of: caller) != .none } }
}
