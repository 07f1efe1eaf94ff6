package import HTTP
package import System

/// The budgets of clients that have proved nothing yet.
///
/// A client is charged for a request before it is read, with the least that a refusal costs. It gets that back if the
/// request is not refused; if it is, the client is charged for the time that it took as well. What it owes melts by a share
/// of the time that passes, and whoever owes more than its credit waits until it does not. So nobody, however fast and on
/// however many connections, gets more than that share of a processor for rubbish. Whoever has sent something genuine is
/// not charged for an hour: behind a proxy that does not say whom it speaks for, the rubbish of some would else be paid by all.
///
/// A proxy's claim of who its clients are may be made up, and a network of version 6 has as many addresses as it likes. So
/// what is charged to a client is charged to whoever brings it as well, who may cost as much as `brought` clients.
package final class ClientBudgets: Sendable {
    /// The answer to whoever wants to have a request looked at.
    package enum Admission: Equatable, Sendable {
        /// Pays nothing.
        case unlimited
        /// It is looked at, and has been charged the cost of a refusal.
        case charged
        case wait(Duration)
    }

    private let ledger = Lock(ClientLedger())
    private let addresses: ClientAddresses
    /// The cost of reading a request and answering it, whatever it is refused for.
    private let costOfRefusal: Duration
    private let clock: @Sendable () -> MonotonicTime

    /// The share of a processor for each client: a tenth.
    package static let share = 10
    /// The number of clients whose worth those have together who come through one proxy, or from one network of 48 bits.
    package static let brought = 5
    package static let credit = Duration.milliseconds(100)
    /// The most that anybody has to pay off by waiting. Whoever owes its credit has no more looked at, so that only one long
    /// refusal is ever more than this, and then it is rather we who were slow.
    static let mostDebt = Duration.milliseconds(400)
    private static let trust = Duration.seconds(3600)
    static let mostAccounts = 16_384

    package init(
        _ addresses: ClientAddresses = ClientAddresses(), costOfRefusal: Duration = .microseconds(30),
        clock: @escaping @Sendable () -> MonotonicTime = { .now }
    ) {
        self.addresses = addresses
        self.costOfRefusal = costOfRefusal
        self.clock = clock
    }

    /// Finds the client that a request is counted for; nil for one that came through a socket in the file system.
    func client(of request: HTTPRequest) -> IPAddress? { addresses.client(of: request) }

    /// Lets a request on and charges what it costs at least, or tells how long it has to wait.
    package func admit(
        _ client: IPAddress, through proxy: IPAddress? = nil, at time: MonotonicTime? = nil
    ) -> Admission {
        let (now, everybody) = (time ?? clock(), Debtors(client, through: proxy))
        return ledger.withLock { ledger in
            guard !ledger.trusts(everybody, at: now), let debtors = debtors(client, through: proxy) else {
                return .unlimited
            }
            let debt = ledger.debt(of: debtors, at: now)
            guard debt <= ClientBudgets.credit else { return .wait(ClientBudgets.delay(owing: debt)) }
            ledger.change(debtors, by: costOfRefusal, at: now)
            return .charged
        }
    }

    /// Finds who pays for a request: whoever brings it pays for a known client's as well, whose name anybody may take.
    private func debtors(_ client: IPAddress, through proxy: IPAddress?) -> Debtors? {
        guard addresses.isKnown(client) else { return Debtors(client, through: proxy) }
        return proxy.map { Debtors(nil, through: $0) }
    }

    /// Takes back what a request that was let on has been charged.
    package func giveBack(to client: IPAddress, through proxy: IPAddress? = nil, at time: MonotonicTime? = nil) {
        let (now, debtors) = (time ?? clock(), Debtors(client, through: proxy))
        ledger.withLock { $0.change(debtors, by: .zero - costOfRefusal, at: now) }
    }

    /// Charges for a request that was refused: for what it took to find out why, and, unless that `isPaid`, for the rest.
    func chargeRefusal(
        after cost: Duration = .zero, isPaid: Bool = false, to client: IPAddress, through proxy: IPAddress? = nil
    ) {
        charge(isPaid ? cost : cost + costOfRefusal, to: client, through: proxy)
    }

    package func charge(
        _ cost: Duration, to client: IPAddress, through proxy: IPAddress? = nil, at time: MonotonicTime? = nil
    ) {
        guard cost > .zero, let debtors = debtors(client, through: proxy) else { return }
        let now = time ?? clock()
        ledger.withLock { $0.change(debtors, by: cost, at: now) }
    }

    /// The time that a client has to wait before its next request is looked at.
    package func delay(
        of client: IPAddress, through proxy: IPAddress? = nil, at time: MonotonicTime? = nil
    ) -> Duration {
        guard let debtors = debtors(client, through: proxy) else { return .zero }
        let now = time ?? clock()
        return ledger.withLock { ClientBudgets.delay(owing: $0.debt(of: debtors, at: now)) }
    }

    private static func delay(owing debt: Duration) -> Duration { max(.zero, debt - credit) * share }

    /// The client has sent something genuine, and the proxy has brought it: neither is held back for what else it brings.
    package func trust(_ client: IPAddress, through proxy: IPAddress? = nil, at time: MonotonicTime? = nil) {
        let (now, debtors) = (time ?? clock(), Debtors(client, through: proxy))
        ledger.withLock { $0.trust(debtors, until: now.advanced(by: ClientBudgets.trust), at: now) }
    }
}
