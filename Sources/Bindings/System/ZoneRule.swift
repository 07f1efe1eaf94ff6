/// The offset of a place in years that its file does not list, as POSIX writes it: `CST-8`, `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule: Sendable, Equatable {
    private let standard: Int64
    private let summer: (offset: Int64, from: Change, until: Change)?

    /// A change on the n-th day of the week of a month, or on a day of the year.
    fileprivate enum Change: Sendable, Equatable {
        case week(month: Int, number: Int, day: Int, at: Int64)
        case day(Int, countsLeapDay: Bool, at: Int64)
    }

    static func == (a: ZoneRule, b: ZoneRule) -> Bool {
        a.standard == b.standard && a.summer?.offset == b.summer?.offset && a.summer?.from == b.summer?.from
            && a.summer?.until == b.summer?.until
    }

    init?(_ text: String) {
        var rest = text.utf8[...]
        guard ZoneRule.skipName(&rest), let west = ZoneRule.time(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard ZoneRule.skipName(&rest) else { return nil }
        let offset = rest.first == UInt8(ascii: ",") ? standard + 3600 : ZoneRule.time(&rest).map { -$0 }
        guard let offset, let from = Change(&rest), let until = Change(&rest) else { return nil }
        summer = (offset, from, until)
    }

    func offset(at second: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilDay(second + standard).year
        let from = summer.from.second(in: year) - standard
        let until = summer.until.second(in: year) - summer.offset
        let isSummer = from < until ? from <= second && second < until : !(until <= second && second < from)
        return isSummer ? summer.offset : standard
    }

    /// `CST`, or `<+08>`.
    private static func skipName(_ rest: inout Substring.UTF8View) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let before = rest.count
        rest = rest.drop { (0x41...0x5A).contains($0 & 0xDF) }
        return rest.count < before
    }

    /// `-8`, `+5:30`, `2:00:00`, in seconds.
    fileprivate static func time(_ rest: inout Substring.UTF8View) -> Int64? {
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard let hours = number(&rest) else { return nil }
        var seconds = hours * 3600
        for unit: Int64 in [60, 1] where rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard let part = number(&rest) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    fileprivate static func number(_ rest: inout Substring.UTF8View) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }.prefix(5)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}

extension ZoneRule.Change {
    fileprivate init?(_ rest: inout Substring.UTF8View) {
        guard rest.first == UInt8(ascii: ",") else { return nil }
        rest = rest.dropFirst()
        var numbers: [Int64] = []
        let kind = rest.first ?? 0
        if kind == UInt8(ascii: "M") || kind == UInt8(ascii: "J") { rest = rest.dropFirst() }
        repeat {
            if !numbers.isEmpty { rest = rest.dropFirst() }
            guard let number = ZoneRule.number(&rest) else { return nil }
            numbers.append(number)
        } while rest.first == UInt8(ascii: ".")
        var time: Int64 = 2 * 3600
        if rest.first == UInt8(ascii: "/") {
            rest = rest.dropFirst()
            guard let written = ZoneRule.time(&rest) else { return nil }
            time = written
        }
        switch (kind, numbers.count) {
        case (UInt8(ascii: "M"), 3):
            guard (1...12).contains(numbers[0]), (1...5).contains(numbers[1]), (0...6).contains(numbers[2]) else {
                return nil
            }
            self = .week(month: Int(numbers[0]), number: Int(numbers[1]), day: Int(numbers[2]), at: time)
        case (UInt8(ascii: "J"), 1): self = .day(Int(numbers[0]) - 1, countsLeapDay: false, at: time)
        case (_, 1): self = .day(Int(numbers[0]), countsLeapDay: true, at: time)
        default: return nil
        }
    }

    /// The second of the place's clock, from 1970 on, at which it comes in a year.
    fileprivate func second(in year: Int64) -> Int64 {
        switch self {
        case .day(let number, let countsLeapDay, let time):
            let skipped = !countsLeapDay && number >= 59 && CivilDay.isLeap(year) ? 1 : 0
            return (CivilDay.days(before: year, month: 1) + Int64(number + skipped)) * 86_400 + time
        case .week(let month, let number, let day, let time):
            let first = CivilDay.days(before: year, month: month)
            let length = CivilDay.days(before: month == 12 ? year + 1 : year, month: month % 12 + 1) - first
            // The first of January 1970 was a Thursday.
            let weekday = ((first + 4) % 7 + 7) % 7
            var offset = (Int64(day) - weekday + 7) % 7 + Int64(number - 1) * 7
            if offset >= length { offset -= 7 }
            return (first + offset) * 86_400 + time
        }
    }
}

/// Days of the calendar, counted from 1970.
private struct CivilDay {
    let year: Int64

    /// The date of a second of a place's clock.
    init(_ second: Int64) {
        let days = Int64((Double(second) / 86_400).rounded(.down))
        var year = 1970 + days / 366
        while CivilDay.days(before: year + 1, month: 1) <= days { year += 1 }
        while CivilDay.days(before: year, month: 1) > days { year -= 1 }
        self.year = year
    }

    static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// The days before the first of that month.
    static func days(before year: Int64, month: Int) -> Int64 {
        let before = year - 1
        let leaps = before / 4 - before / 100 + before / 400 - 477
        let months: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        let leap: Int64 = month > 2 && isLeap(year) ? 1 : 0
        return (year - 1970) * 365 + leaps + months[month - 1] + leap
    }
}
