import System
import Testing

@testable import RouterServer

@Suite("A time as an operator writes it") struct TimeWordsTests {
    /// In Shanghai it is the 30th, 00:30.
    private let now = Timestamp(rfc3339: "2026-11-29T16:30:00Z") ?? Timestamp(milliseconds: 0)

    @Test(
        "means the calendar of where the configuration's people are",
        arguments: [
            ("today", "2026-11-29T16:00:00.000Z"), ("yesterday", "2026-11-28T16:00:00.000Z"),
            ("2026-11-28", "2026-11-27T16:00:00.000Z"), ("2026-11-28T09:30", "2026-11-28T01:30:00.000Z"),
            ("2026-11-28 09:30", "2026-11-28T01:30:00.000Z"), ("2026-11-28T09:30:00Z", "2026-11-28T09:30:00Z"),
            ("2026-11-28T09:30:00+01:00", "2026-11-28T09:30:00+01:00"), ("2h", "2h"), ("90s", "90s"),
            ("soon", nil), ("", nil), ("2026-02-30", nil), ("h", nil), ("-2h", nil),
        ])
    func words(text: String, parameter: String?) {
        #expect(TimeWords.parameter(text, at: now, in: .shanghai) == parameter)
    }

    @Test("is UTC's with --utc")
    func utc() {
        #expect(TimeWords.parameter("yesterday", at: now, in: .utc) == "2026-11-28T00:00:00.000Z")
    }
}
