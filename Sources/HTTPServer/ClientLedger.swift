import HTTP
import System

/// The accounts of those who may cost us something: how much each owes, and who is trusted.
struct ClientLedger {
    private var accounts: [Holder: Account] = [:]
    /// The moment at which those who owe nothing were last looked for.
    private var swept = MonotonicTime.now

    private struct Account {
        /// The debt for what it sent itself, at the time `at`.
        var own = Duration.zero
        /// The debt for what it brought, in terms of a single client's.
        var others = Duration.zero
        var at: MonotonicTime
        var trustedUntil: MonotonicTime?

        mutating func melt(until now: MonotonicTime) {
            let paid = max(.zero, now.since(at)) / ClientBudgets.share
            own = max(.zero, own - paid)
            others = max(.zero, others - paid)
            at = now
        }

        func isTrusted(at now: MonotonicTime) -> Bool { trustedUntil.map { $0 > now } ?? false }

        func melted(until now: MonotonicTime) -> Account {
            var account = self
            account.melt(until: now)
            return account
        }

        func isIdle(at now: MonotonicTime) -> Bool {
            let rest = melted(until: now)
            return rest.own == .zero && rest.others == .zero && !isTrusted(at: now)
        }
    }

    /// True if nobody has to pay.
    func trusts(_ debtors: Debtors, at now: MonotonicTime) -> Bool {
        trusts(debtors.client, at: now) && trusts(debtors.proxy, at: now)
    }

    private func trusts(_ holder: Holder?, at now: MonotonicTime) -> Bool {
        guard let holder else { return true }
        return accounts[holder]?.isTrusted(at: now) ?? false
    }

    /// The most that one of them owes who is not trusted.
    func debt(of debtors: Debtors, at now: MonotonicTime) -> Duration {
        var most = Duration.zero
        if let client = debtors.client, !trusts(client, at: now) {
            if let account = accounts[client]?.melted(until: now) { most = max(account.own, account.others) }
            if let network = debtors.network, let account = accounts[network]?.melted(until: now) {
                most = max(most, account.others)
            }
        }
        if let proxy = debtors.proxy, let account = accounts[proxy], !account.isTrusted(at: now) {
            most = max(most, account.melted(until: now).others)
        }
        return most
    }

    mutating func change(_ debtors: Debtors, by cost: Duration, at now: MonotonicTime) {
        func changed(_ debt: Duration, by cost: Duration) -> Duration {
            min(max(.zero, debt + cost), ClientBudgets.mostDebt)
        }
        if let client = debtors.client { change(client, at: now) { $0.own = changed($0.own, by: cost) } }
        for bringer in [debtors.network, debtors.proxy] {
            guard let bringer else { continue }
            change(bringer, at: now) { $0.others = changed($0.others, by: cost / ClientBudgets.brought) }
        }
    }

    mutating func trust(_ debtors: Debtors, until end: MonotonicTime, at now: MonotonicTime) {
        for holder in [debtors.client, debtors.proxy] {
            if let holder { change(holder, at: now) { $0.trustedUntil = end } }
        }
    }

    /// Changes a holder's account. A new holder is not counted where there are too many accounts and all of them owe
    /// something.
    private mutating func change(_ holder: Holder, at now: MonotonicTime, _ change: (inout Account) -> Void) {
        if accounts.count >= ClientBudgets.mostAccounts, accounts[holder] == nil {
            // It takes a millisecond, which a stranger with many addresses must not have us spend at will.
            guard now.since(swept) >= .seconds(1) else { return }
            swept = now
            accounts = accounts.filter { !$0.value.isIdle(at: now) }
            guard accounts.count < ClientBudgets.mostAccounts else { return }
        }
        func settle(_ account: inout Account) {
            account.melt(until: now)
            change(&account)
        }
        settle(&accounts[holder, default: Account(at: now)])
    }
}

/// Those who pay for a request: the client, and whoever brings it along with others'.
struct Debtors {
    /// nil for one that never pays.
    let client: Holder?
    /// The 48 bits of its network that a site of version 6 is given, of which it makes up the rest.
    let network: Holder?
    let proxy: Holder?

    init(_ address: IPAddress?, through bringer: IPAddress?) {
        client = address.map { Holder($0, bits: 64) }
        network = address.flatMap { $0.bytes.count == 16 ? Holder($0, bits: 48) : nil }
        proxy = bringer.map { Holder($0, bits: 64) }
    }
}

/// The owner of an account: an address of version 4, or a network, which is all that a client of version 6 can be told by.
struct Holder: Hashable {
    private let bits: UInt8
    private let bytes: UInt64

    init(_ address: IPAddress, bits: UInt8) {
        let isOld = address.bytes.count == 4
        self.bits = isOld ? 32 : bits
        var bytes: UInt64 = 0
        for byte in address.bytes.prefix(isOld ? 4 : Int(bits / 8)) { bytes = bytes << 8 | UInt64(byte) }
        self.bytes = bytes
    }
}
