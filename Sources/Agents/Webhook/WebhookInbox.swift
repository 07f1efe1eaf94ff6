import Router

/// Which calls have been heard: each counts once, and one that was overtaken is looked for once more.
struct WebhookInbox {
    /// The highest number so far.
    private(set) var newest: Int64 = 0
    /// Up to here nothing is missing any more.
    private var whole: Int64 = 0
    private var beyond: Set<Int64> = []

    /// Calls may be missing for ever: numbers are the agent's own. So far back they are looked for.
    static let window: Int64 = 64

    /// Behind which number calls may have come late; nil for none.
    var gap: Int64? { beyond.isEmpty ? nil : whole }

    /// Notes calls and returns those not heard before, in order.
    mutating func take(_ calls: [AgentCall]) -> [AgentCall] {
        let fresh = calls.filter { $0.seq > whole && beyond.insert($0.seq).inserted }.sorted { $0.seq < $1.seq }
        newest = max(newest, fresh.last?.seq ?? 0)
        whole = max(whole, newest - WebhookInbox.window)
        beyond = beyond.filter { $0 > whole }
        while beyond.remove(whole + 1) != nil { whole += 1 }
        return fresh
    }
}
