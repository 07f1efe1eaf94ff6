import System
import Testing

@Suite struct DurationTests {
    @Test(
        "a time is read as people write it",
        arguments: [
            ("0", .zero), ("0s", .zero), ("500ms", .milliseconds(500)), ("90s", .seconds(90)), ("45m", .seconds(2700)),
            ("2h", .seconds(7200)), ("30d", .seconds(30 * 86_400)), ("007s", .seconds(7)),
        ] as [(String, Duration)])
    func written(text: String, duration: Duration) { #expect(Duration(written: text) == duration) }

    @Test(
        "what is no time is none",
        arguments: ["", "s", "5", "-5s", "+5s", "5 s", "5S", "1.5s", "5w", "٥s", "9999999999999999999d"])
    func noTime(text: String) { #expect(Duration(written: text) == nil) }

    @Test("a time that is far too long is as long as there are")
    func tooLong() {
        let most = Duration.seconds(1_000_000_000_000)
        #expect(Duration(written: "9000000000000000000d").map { $0 > most } == true)
    }
}
