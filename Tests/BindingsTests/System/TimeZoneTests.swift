import Testing

@testable import System

@Suite struct TimeZoneTests {
    @Test(
        "a place's clock is that of its zone, in winter, in summer, and in years that its file does not list",
        arguments: [
            ("UTC", "2026-07-01 12:00"), ("Asia/Shanghai", "2026-07-01 20:00"), ("Europe/Berlin", "2026-07-01 14:00"),
            ("America/New_York", "2026-07-01 08:00"), ("Asia/Kolkata", "2026-07-01 17:30"),
        ])
    func summer(name: String, clock: String) throws {
        #expect(Timestamp(seconds: 1_782_907_200).minutes(in: try #require(TimeZone(named: name))) == clock)
    }

    @Test(
        "offsets change at the second at which they do",
        arguments: [
            // Berlin, 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC; New York, 2026-03-08 07:00 UTC.
            ("Europe/Berlin", 1_774_746_000, 3600, 7200), ("Europe/Berlin", 1_792_890_000, 7200, 3600),
            ("America/New_York", 1_772_953_200, -18_000, -14_400),
            // Sydney, where summer is in winter: 2026-04-04 16:00 UTC; Berlin in 2060, 2060-03-28 01:00 UTC.
            ("Australia/Sydney", 1_775_318_400, 39_600, 36_000), ("Europe/Berlin", 2_847_661_200, 3600, 7200),
        ] as [(String, Int64, Int, Int)])
    func changes(name: String, second: Int64, before: Int, after: Int) throws {
        let zone = try #require(TimeZone(named: name))
        #expect(zone.offset(at: Timestamp(seconds: second - 1)) == .seconds(before))
        #expect(zone.offset(at: Timestamp(seconds: second)) == .seconds(after))
    }

    @Test("rules of POSIX are read in each of their forms")
    func rules() throws {
        #expect(try #require(ZoneRule("CST-8")).offset(at: 0) == 28_800)
        #expect(try #require(ZoneRule("<+0545>-5:45")).offset(at: 0) == 20_700)
        let days = try #require(ZoneRule("A0B,J60/0,J300/1"))
        // The 60th day without a leap day is the first of March: 2024-03-01 00:00 UTC.
        #expect(days.offset(at: 1_709_251_199) == 0 && days.offset(at: 1_709_251_200) == 3600)
        let counted = try #require(ZoneRule("A0B,60/0,300/1"))
        #expect(counted.offset(at: 1_709_251_199) == 0 && counted.offset(at: 1_709_251_200) == 3600)
    }

    @Test(
        "what is no name of a zone, or no file of one, is none",
        arguments: ["", "Nowhere/Land", "../../etc/passwd", "/etc/localtime", "zone.tab", "Asia/", "a b"])
    func none(name: String) { #expect(TimeZone(named: name) == nil) }

    @Test("a file that is cut anywhere is none, or a zone, and nothing worse")
    func cut() throws {
        let bytes = try readFile("/usr/share/zoneinfo/Europe/Berlin", limit: 1 << 20)
        for length in stride(from: 0, to: bytes.count, by: 7) { _ = ZoneData(Array(bytes.prefix(length))) }
        #expect(ZoneData(Array(bytes.prefix(bytes.count / 2))) == nil && ZoneData(bytes) != nil)
    }

    @Test(
        "the moment is found at which a clock there shows a time, on days when it is changed, too",
        arguments: [
            ("Asia/Shanghai", "2026-11-28", "2026-11-27T16:00:00.000Z"),
            ("Europe/Berlin", "2026-07-01 12:00", "2026-07-01T10:00:00.000Z"),
            ("Europe/Berlin", "2026-03-29 00:30", "2026-03-28T23:30:00.000Z"),
            ("Europe/Berlin", "2026-03-29 03:30", "2026-03-29T01:30:00.000Z"),
            ("Europe/Berlin", "2026-10-25 00:30", "2026-10-24T22:30:00.000Z"),
            ("Europe/Berlin", "2026-10-25 03:30", "2026-10-25T02:30:00.000Z"),
            ("America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"),
            ("America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"),
        ])
    func clocks(name: String, clock: String, moment: String) throws {
        let zone = try #require(TimeZone(named: name))
        let found = Timestamp(whenClockShows: try #require(Timestamp(clock: clock)), in: zone)
        #expect(found.description == moment)
        #expect(found.minutes(in: zone).hasPrefix(clock))
        #expect(found.day(in: zone) == clock.prefix(10))
    }
}
