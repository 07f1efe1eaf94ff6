/// The rules of a claim of deliveries, given what is on its way already.
package struct DeliveryRules: Sendable {
    /// The number of deliveries, at most.
    package var limit: Int
    /// The number of free places that are for apps with nothing on its way.
    package var reserved: Int
    /// The number of deliveries on their way, by app.
    package var inFlight: [Endpoint: Int]
    /// The number that one app may have.
    package var limitPerApp: Int
    /// The same for apps in trouble: none while they pause, one to see whether they may again.
    package var limits: [Endpoint: Int]
    /// Those whose deliveries another process carries: bots whose connections it has.
    package var elsewhere: Set<Endpoint> = []

    /// The limits of what one person may be sent by an app; none named, any number.
    package var memberLimits: [Endpoint: MemberLimits]
    /// The length of the leases.
    package var lease: Duration

    package init(
        limit: Int, reserved: Int = 0, inFlight: [Endpoint: Int] = [:], limitPerApp: Int = .max,
        limits: [Endpoint: Int] = [:], memberLimits: [Endpoint: MemberLimits] = [:],
        lease: Duration = DeliveryRules.leaseLength
    ) {
        self.lease = lease
        self.memberLimits = memberLimits
        self.limit = limit
        self.reserved = reserved
        self.inFlight = inFlight
        self.limitPerApp = limitPerApp
        self.limits = limits
    }

    package static let leaseLength = Duration.seconds(30)

    /// True if one more delivery of `app` may be taken.
    package func admits(_ app: Endpoint?) -> Bool {
        guard limit > 0 else { return false }
        guard let app else { return true }
        if elsewhere.contains(app) { return false }
        let count = inFlight[app, default: 0]
        guard count < min(limitPerApp, limits[app] ?? .max) else { return false }
        return limit > reserved || count == 0
    }

    /// The limits of what goes to the person or group of a conversation. Of many at once none are known.
    package func rates(in conversation: ConversationKey?) -> [MemberLimits.Rate] {
        guard let conversation, conversation.peer != .many else { return [] }
        return memberLimits[conversation.endpoint]?.out ?? []
    }

    package mutating func note(_ delivery: Delivery) {
        limit -= 1
        inFlight[delivery.conversation.endpoint, default: 0] += 1
    }
}
