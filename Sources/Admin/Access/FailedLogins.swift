import System

/// The failures to sign in of the last minute: with too many nobody is let in, whatever they send, so that a token cannot be
/// guessed.
final class FailedLogins: Sendable {
    static let mostOfAddress = 5
    static let most = 30
    static let period = Duration.seconds(60)

    private let recent = Lock<[(address: String, at: MonotonicTime)]>([])

    /// The time after which somebody may try again; nil where they may now.
    func pause(of address: String, at now: MonotonicTime = .now) -> Duration? {
        recent.withLock { recent in
            recent.removeAll { now.since($0.at) >= FailedLogins.period }
            let own = recent.filter { $0.address == address }  // short: an address
            let all = recent.count >= FailedLogins.most ? recent.dropLast(FailedLogins.most - 1).last : nil
            let mine = own.count >= FailedLogins.mostOfAddress ? own.dropLast(FailedLogins.mostOfAddress - 1).last : nil
            return [all, mine].compactMap { $0.map { FailedLogins.period - now.since($0.at) } }.max()
        }
    }

    func note(from address: String, at now: MonotonicTime = .now) {
        recent.withLock { $0.append((address, now)) }
    }
}
