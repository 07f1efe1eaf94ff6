import HTTP
import System
import Testing

@testable import Agents

@Suite struct RetryAfterTests {
    private let now = Timestamp(seconds: 1_795_167_780)

    @Test("a date is read back as it is written", arguments: [0, 951_782_399, 1_795_167_780, 4_102_444_800])
    func dates(seconds: Int64) {
        #expect(Timestamp(httpDate: Timestamp(seconds: seconds).httpDate) == Timestamp(seconds: seconds))
    }

    @Test(
        "both forms are understood, within reason",
        arguments: [
            ("120", Duration.seconds(120)), (" 0 ", .zero), ("99999999999999999999", .seconds(86_400)),
            ("Fri, 20 Nov 2026 10:03:00 GMT", .seconds(1200)), ("Fri, 20 Nov 2020 10:03:00 GMT", .zero),
            ("Fri, 20 Nov 2099 10:03:00 GMT", .seconds(86_400)),
        ])
    func forms(value: String, wait: Duration) {
        #expect(HTTPHeaders(dictionaryLiteral: ("retry-after", value)).retryAfter(at: now) == wait)
    }

    @Test(
        "anything else says nothing",
        arguments: ["", "-1", "1.5", "soon", "Fri, 32 Nov 2026 10:03:00 GMT", "a b c d e f"])
    func nonsense(value: String) {
        #expect(HTTPHeaders(dictionaryLiteral: ("Retry-After", value)).retryAfter(at: now) == nil)
    }
}
