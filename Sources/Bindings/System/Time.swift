internal import CLinux

/// A moment on the wall clock, in milliseconds since 1970: what is stored, logged and shown. It may jump.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { milliseconds = seconds.multipliedReportingOverflow(by: 1000).partialValue }

    package static var now: Timestamp {
        let now = clock(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    /// The wall clock of when the process started, moved on by the clock that never jumps: what leases, due times and
    /// identifiers go by, so that setting the clock changes nothing while we run.
    package static var steady: Timestamp { steady(at: .now) }

    /// The same for a moment of the clock that never jumps.
    package static func steady(at moment: MonotonicTime) -> Timestamp {
        anchor.wall.advanced(by: moment.since(anchor.monotonic))
    }

    private static let anchor = (wall: Timestamp.now, monotonic: MonotonicTime.now)

    package var seconds: Int64 { milliseconds / 1000 }

    package func advanced(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds + duration.inMilliseconds)
    }

    package func since(_ earlier: Timestamp) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, as in `2026-11-20T09:43:00.123Z`.
    package var description: String {
        let (days, ofDay) = milliseconds.dividedFlooring(by: 86_400_000)
        let date = CivilDate(daysSince1970: days)
        let seconds = ofDay / 1000
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))."
            + "\(padded(ofDay % 1000, 3))Z"
    }

    /// The time of day in UTC, for a person who reads along.
    package var timeOfDay: String { String(description.dropFirst(11).dropLast()) }
}

/// A moment that only ever moves forward: deadlines and leases are judged by it.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package static var now: MonotonicTime {
        let now = clock(CLOCK_MONOTONIC)
        return MonotonicTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }

    package func advanced(by duration: Duration) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds + duration.inNanoseconds)
    }

    package func since(_ earlier: MonotonicTime) -> Duration { .nanoseconds(nanoseconds - earlier.nanoseconds) }

    package static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }

    var timespec: timespec {
        CLinux.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}

/// Holds this thread up for so long.
package func pauseThread(for duration: Duration) {
    var rest = MonotonicTime(nanoseconds: duration.inNanoseconds).timespec
    unsafe nanosleep(&rest, nil)
}

extension Duration {
    package var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    package var inNanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// Reads a time as people write it: `500ms`, `90s`, `45m`, `2h`, `30d`, or `0`.
    package init?(written text: some StringProtocol) {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
        let factors: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        let unit = String(decoding: text.utf8.dropFirst(digits.count), as: UTF8.self)
        guard let factor = number == 0 && unit.isEmpty ? 1 : factors[unit] else { return nil }
        // No product of these is more than a Duration holds.
        self = .milliseconds(min(number, 1_000_000_000_000_000)) * factor
    }

    /// Rounded for people: `412 µs`, `1.25 ms`, `3.2 s`, `45 min`.
    package var short: String {
        let nanoseconds = inNanoseconds
        switch nanoseconds {
        case ..<1_000_000: return "\(nanoseconds / 1000) µs"
        case ..<1_000_000_000: return "\(decimal(nanoseconds, unit: 1_000_000)) ms"
        case ..<120_000_000_000: return "\(decimal(nanoseconds, unit: 1_000_000_000)) s"
        default: return "\(nanoseconds / 60_000_000_000) min"
        }
    }
}

private func decimal(_ value: Int64, unit: Int64) -> String {
    let hundredths = value * 100 / unit
    return hundredths >= 10_000 ? "\(hundredths / 100)" : "\(hundredths / 100).\(padded(hundredths % 100, 2))"
}

private func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func clock(_ id: clockid_t) -> timespec {
    var moment = timespec()
    unsafe clock_gettime(id, &moment)
    return moment
}

/// A day of the Gregorian calendar, computed without tables or locale.
private struct CivilDate {
    let year: Int64, month: Int64, day: Int64

    /// The era arithmetic: years begin in March, so that the leap day is the last of its year.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.dividedFlooring(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Int64 {
    fileprivate func dividedFlooring(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Timestamp {
    /// The form of HTTP's `Date` field, as in `Fri, 20 Nov 2026 09:43:00 GMT`.
    package var httpDate: String {
        let (days, ofDay) = milliseconds.dividedFlooring(by: 86_400_000)
        let date = CivilDate(daysSince1970: days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let seconds = ofDay / 1000
        return "\(weekdays[Int(days.dividedFlooring(by: 7).remainder)]), \(padded(date.day, 2)) "
            + "\(months[Int(date.month) - 1]) \(padded(date.year, 4)) "
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)) GMT"
    }
}
