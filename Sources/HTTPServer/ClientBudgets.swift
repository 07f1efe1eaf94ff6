package import HTTP
package import System

/// What each client may cost us before it has proved anything.
///
/// A client whose requests are refused is charged for the time they took. What it owes melts by a share of the time that
/// passes; one that owes more than its credit waits until it does not. So nobody, however fast, gets more than that share of
/// a processor for rubbish. Whoever has sent something genuine is not charged for an hour: behind a proxy that does not say
/// whom it speaks for, the rubbish of some would else be paid by all.
package final class ClientBudgets: Sendable {
    fileprivate struct Account {
        /// The debt at the time `at`.
        var debt: Duration
        var at: MonotonicTime
        var trustedUntil: MonotonicTime?
    }

    private struct Ledger {
        var accounts: [Holder: Account] = [:]
        /// When those who owe nothing were last looked for.
        var swept = MonotonicTime.now
    }

    private let ledger = Lock(Ledger())
    private let addresses: ClientAddresses
    /// The cost of reading a request and answering it, whatever it is refused for.
    private let costOfRefusal: Duration

    /// The share of a processor for each client: a tenth.
    package static let share = 10
    package static let credit = Duration.milliseconds(100)
    /// The most that anybody has to pay off by waiting.
    private static let mostDebt = Duration.milliseconds(400)
    private static let trust = Duration.seconds(3600)
    private static let mostAccounts = 16_384

    package init(_ addresses: ClientAddresses = ClientAddresses(), costOfRefusal: Duration = .microseconds(30)) {
        self.addresses = addresses
        self.costOfRefusal = costOfRefusal
    }

    /// Whom a request is counted for; nil for one that came through a socket in the file system.
    func client(of request: HTTPRequest) -> IPAddress? { addresses.client(of: request) }

    /// Charges a client for a request that was refused, and for what it took to find out why.
    func chargeRefusal(after cost: Duration = .zero, to client: IPAddress) { charge(cost + costOfRefusal, to: client) }

    package func charge(_ cost: Duration, to client: IPAddress, at now: MonotonicTime = .now) {
        guard !addresses.isKnown(client) else { return }
        change(client, at: now) { account in
            account.debt = min(account.debt(at: now) + cost, ClientBudgets.mostDebt)
            account.at = now
        }
    }

    /// The time that a client has to wait before its next request is looked at.
    package func delay(of client: IPAddress, at now: MonotonicTime = .now) -> Duration {
        ledger.withLock { ledger in
            guard let account = ledger.accounts[Holder(client)] else { return .zero }
            if let trusted = account.trustedUntil, trusted > now { return .zero }
            return max(.zero, account.debt(at: now) - ClientBudgets.credit) * ClientBudgets.share
        }
    }

    /// The client has sent something genuine.
    package func trust(_ client: IPAddress, at now: MonotonicTime = .now) {
        change(client, at: now) { $0.trustedUntil = now.advanced(by: ClientBudgets.trust) }
    }

    /// Where there are too many accounts and all of them owe something, who comes new is not counted.
    private func change(_ client: IPAddress, at now: MonotonicTime, _ change: (inout Account) -> Void) {
        ledger.withLock { ledger in
            let holder = Holder(client)
            if ledger.accounts[holder] == nil, ledger.accounts.count >= ClientBudgets.mostAccounts {
                // It takes a millisecond, which a stranger with many addresses must not have us spend at will.
                guard now.since(ledger.swept) >= .seconds(1) else { return }
                ledger.swept = now
                ledger.accounts = ledger.accounts.filter { !$0.value.isIdle(at: now) }
                guard ledger.accounts.count < ClientBudgets.mostAccounts else { return }
            }
            change(&ledger.accounts[holder, default: Account(debt: .zero, at: now)])
        }
    }
}

extension ClientBudgets.Account {
    fileprivate func debt(at now: MonotonicTime) -> Duration {
        max(.zero, debt - max(.zero, now.since(at)) / ClientBudgets.share)
    }

    fileprivate func isIdle(at now: MonotonicTime) -> Bool {
        debt(at: now) == .zero && (trustedUntil.map { $0 <= now } ?? true)
    }
}

/// Whose account it is: an address of version 4, or a network of 64 bits, which is what a client of version 6 has.
private struct Holder: Hashable {
    private let bytes: UInt64
    private let isOld: Bool

    init(_ client: IPAddress) {
        isOld = client.bytes.count == 4
        bytes = client.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
