/// The number of messages one person may send to an app, and be sent by it.
///
/// WeCom silently drops what is too much for a person, so ours lie below its limits.
package struct MemberLimits: Sendable, Equatable {
    /// 0 is any number.
    package var inPerMinute = 60
    package var outPerMinute = 25
    package var outPerHour = 900

    package init() {}

    /// No limits at all.
    package static let none: MemberLimits = {
        var limits = MemberLimits()
        (limits.inPerMinute, limits.outPerMinute, limits.outPerHour) = (0, 0, 0)
        return limits
    }()

    /// A number of messages in a length of time.
    package struct Rate: Sendable, Equatable {
        package let count: Int
        package let period: Duration

        package init(_ count: Int, per period: Duration) {
            self.count = count
            self.period = period
        }
    }

    /// The rates that hold for what goes out.
    package var out: [Rate] {
        [Rate(outPerMinute, per: .seconds(60)), Rate(outPerHour, per: .seconds(3600))].filter { $0.count > 0 }
    }
}
