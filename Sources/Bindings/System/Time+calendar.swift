/// The era arithmetic: years begin in March, so that the leap day is the last of its year.
func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

extension Timestamp {
    /// Reads a moment with its offset from UTC (RFC 3339), as in `2026-11-20T09:43:00.123Z` or `2026-11-20T17:43:00+08:00`;
    /// nil for anything else.
    package init?(rfc3339 text: String) {
        var reader = CalendarReader(text)
        guard let date = reader.date(), reader.skip("Tt"), let time = reader.timeOfDay(needsSeconds: true),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        self.init(milliseconds: date + time - offset)
    }

    /// Reads what a clock and a calendar show, without an offset: a day, as in `2026-11-20`, or a day and a time of it, as in
    /// `2026-11-20 09:43` or `2026-11-20T09:43:00`; nil for anything else. It is the moment at which those in UTC show it.
    package init?(clock text: String) {
        var reader = CalendarReader(text)
        guard let date = reader.date() else { return nil }
        self.init(milliseconds: date)
        if reader.isAtEnd { return }
        guard reader.skip("Tt "), let time = reader.timeOfDay(needsSeconds: false), reader.isAtEnd else { return nil }
        milliseconds += time
    }
}

/// Reads dates and times from a text, each in milliseconds.
private struct CalendarReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) { rest = Array(text.utf8.prefix(64))[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ any: String) -> Bool {
        guard let next = rest.first, any.utf8.contains(next) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(_ digits: Int, in range: ClosedRange<Int64>) -> Int64? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(digits)
        let number = text.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        return range.contains(number) ? number : nil
    }

    mutating func date() -> Int64? {
        guard let year = number(4, in: 1...9999), skip("-"), let month = number(2, in: 1...12), skip("-"),
            let day = number(2, in: 1...31)
        else { return nil }
        let first = daysSince1970(year: year, month: month, day: 1)
        let next = daysSince1970(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        return day <= next - first ? (first + day - 1) * 86_400_000 : nil
    }

    mutating func timeOfDay(needsSeconds: Bool) -> Int64? {
        guard let hour = number(2, in: 0...23), skip(":"), let minute = number(2, in: 0...59) else { return nil }
        let minutes = (hour * 60 + minute) * 60_000
        guard needsSeconds || rest.first == UInt8(ascii: ":") else { return minutes }
        // Second 60 is a leap second.
        guard skip(":"), let second = number(2, in: 0...60) else { return nil }
        return fraction().map { minutes + second * 1000 + $0 }
    }

    /// The milliseconds behind a point, if there is one.
    private mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return (Array(digits) + [0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    mutating func offset() -> Int64? {
        if skip("Zz") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(2, in: 0...23), skip(":"), let minutes = number(2, in: 0...59) else {
            return nil
        }
        return (isWest ? -1 : 1) * (hours * 60 + minutes) * 60_000
    }
}
