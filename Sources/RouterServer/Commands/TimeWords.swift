import JSON
import System

/// A time as an operator writes it: the day of a calendar, a time of that day, or a word for it, where the operator lives.
enum TimeWords {
    static let help = "90s, 45m, 2h, 7d; today, yesterday, 2026-11-28, 2026-11-28T09:30"

    /// Makes the parameter for `/v1` of it, which knows ages and moments; nil for a time that nobody can read.
    static func parameter(_ text: String, at now: Timestamp, in zone: TimeZone) -> String? {
        if Timestamp(ago: text, before: now) != nil || Timestamp(rfc3339: text) != nil { return text }
        return moment(text, at: now, in: zone)?.description
    }

    private static func moment(_ text: String, at now: Timestamp, in zone: TimeZone) -> Timestamp? {
        switch text {
        case "today": Timestamp(clock: now.day(in: zone)).map { Timestamp(whenClockShows: $0, in: zone) }
        case "yesterday":
            Timestamp(clock: now.day(in: zone)).map {
                Timestamp(whenClockShows: $0.advanced(by: .seconds(-86_400)), in: zone)
            }
        default: Timestamp(clock: text).map { Timestamp(whenClockShows: $0, in: zone) }
        }
    }
}

extension JSONValue {
    /// A member that is a moment, as a clock in `zone` shows it: to the minute, for lists.
    func minutes(_ name: String, in zone: TimeZone) -> String { moment(name).map { $0.minutes(in: zone) } ?? "" }

    /// The same to the second.
    func wholeSeconds(_ name: String, in zone: TimeZone) -> String {
        moment(name).map { $0.wholeSeconds(in: zone) } ?? ""
    }

    private func moment(_ name: String) -> Timestamp? { self[name]?.string.flatMap { Timestamp(rfc3339: $0) } }
}
