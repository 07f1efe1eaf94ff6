import System
import Testing

@Suite struct TimestampTests {
    @Test(
        "a moment is written as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_740_700_800_000, "2025-02-28T00:00:00.000Z"), (1_740_787_200_000, "2025-03-01T00:00:00.000Z"),
            (2_147_483_647_000, "2038-01-19T03:14:07.000Z"), (2_147_483_648_001, "2038-01-19T03:14:08.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (1_795_167_780_123, "2026-11-20T09:43:00.123Z"),
        ] as [(Int64, String)]
    )
    func description(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test(
        "HTTP's date names the right weekday",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_167_780, "Fri, 20 Nov 2026 09:43:00 GMT"), (1_709_208_000, "Thu, 29 Feb 2024 12:00:00 GMT"),
        ] as [(Int64, String)]
    )
    func httpDate(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).httpDate == text)
    }

    @Test("every day of four hundred years follows the one before")
    func calendar() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1900, 1, 1)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        for index in 0..<146_097 {
            let moment = Timestamp(milliseconds: (Int64(index) - 25_567) * 86_400_000)
            #expect(moment.description.hasPrefix("\(year)-\(two(month))-\(two(day))T"))
            let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test("moments move by durations, either way")
    func arithmetic() {
        let moment = Timestamp(milliseconds: 1500)
        #expect(moment.advanced(by: .seconds(-2)).milliseconds == -500)
        #expect(moment.since(Timestamp(seconds: 1)) == .milliseconds(500))
        #expect(moment.seconds == 1)
        #expect(moment.timeOfDay == "00:00:01.500")
        #expect(MonotonicTime.now <= .now)
        let now = MonotonicTime.now
        #expect(now.advanced(by: .milliseconds(5)).since(now) == .milliseconds(5))
    }

    @Test(
        "a duration is rounded for people",
        arguments: [
            (Duration.microseconds(412), "412 µs"), (.microseconds(1250), "1.25 ms"), (.milliseconds(3200), "3.20 s"),
            (.milliseconds(150), "150 ms"), (.seconds(119), "119 s"), (.seconds(2700), "45 min"), (.zero, "0 µs"),
        ]
    )
    func short(duration: Duration, text: String) {
        #expect(duration.short == text)
    }

    @Test(
        "a moment with its offset is read, whatever its form within RFC 3339",
        arguments: [
            ("2026-11-20T09:43:00.123Z", 1_795_167_780_123), ("2026-11-20T17:43:00+08:00", 1_795_167_780_000),
            ("2026-11-20t09:43:00z", 1_795_167_780_000), ("2026-11-19T23:43:00.5-10:00", 1_795_167_780_500),
            ("1970-01-01T00:00:00.0009Z", 0), ("2024-02-29T12:00:00Z", 1_709_208_000_000),
        ] as [(String, Int64)])
    func rfc3339(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test("what is written is read again, over four hundred years")
    func roundTrip() {
        for moment in stride(from: Int64(-2_203_891_200_000), to: 10_418_889_600_000, by: 86_399_877) {
            #expect(Timestamp(rfc3339: Timestamp(milliseconds: moment).description)?.milliseconds == moment)
        }
    }

    @Test(
        "what is no moment, or has no offset, is not read",
        arguments: [
            "", "2026-11-20", "2026-11-20T09:43:00", "2026-11-20T09:43Z", "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-20T24:00:00Z",
            "2026-11-20T09:60:00Z", "2026-11-20T09:43:00.Z", "2026-11-20T09:43:00Zz", "2026-11-20T09:43:00+8:00",
            "2026-11-20 09:43:00Z", "+026-11-20T09:43:00Z", "0000-11-20T09:43:00Z",
        ])
    func noMoment(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "a day and a clock are read, with seconds or without",
        arguments: [
            ("2026-11-20", "2026-11-20T00:00:00.000Z"), ("2026-11-20 09:43", "2026-11-20T09:43:00.000Z"),
            ("2026-11-20T09:43:05", "2026-11-20T09:43:05.000Z"), ("2026-11-20T09", nil), ("2026-11-20T", nil),
            ("2026-11-20T09:43Z", nil), ("2026-11-32", nil), ("20261120", nil), ("09:43", nil),
        ])
    func clock(text: String, moment: String?) {
        #expect(Timestamp(clock: text)?.description == moment)
    }
}
