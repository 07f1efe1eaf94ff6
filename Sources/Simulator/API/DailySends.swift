import System
import WeCom

/// Counts the person-times of each app's messages, one for each receiver of each message, in a day of China's calendar.
struct DailySends {
    /// The accounts that a corp may have, each of which adds to the limit; nil for no limit.
    var accounts: Int? = FakeWeCom.usualAccounts
    private var days: [FakeApp.Identity: Day] = [:]

    private struct Day {
        var date: String
        var count = 0
    }

    private static let personTimesOfAccount = 200

    /// Counts a message to so many, unless it would exceed the limit: then false, until the day is over.
    mutating func take(_ receivers: Int, of app: FakeApp.Identity, at moment: Timestamp) -> Bool {
        guard let accounts else { return true }
        let today = moment.day(in: .shanghai)
        var day = days[app] ?? Day(date: today)
        if day.date != today { day = Day(date: today) }
        day.count += receivers
        guard day.count <= accounts * DailySends.personTimesOfAccount else { return false }
        days[app] = day
        return true
    }
}

extension FakeWeCom {
    /// The accounts of a corp that has proved who it is.
    static let usualAccounts = 1000

    /// The accounts by which WeCom limits the messages of an app in a day from now on; nil for no limit.
    package func limitDays(toAccounts accounts: Int?) { api.state.withLock { $0.days.accounts = accounts } }
}
