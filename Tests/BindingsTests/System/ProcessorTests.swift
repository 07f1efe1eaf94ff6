import Testing

@testable import System

@Suite struct ProcessorTests {
    @Test(
        "the quota of a control group is read as whole processors, at least one",
        arguments: [
            ("100000 100000\n", 1), ("150000 100000\n", 2), ("200000 100000\n", 2), ("1000 100000\n", 1),
            ("max 100000\n", nil), ("", nil), ("max\n", nil), ("0 100000\n", nil), ("1 0\n", nil), ("x y\n", nil),
            ("100000 100000 100000\n", nil),
        ] as [(String, Int?)])
    func quota(text: String, count: Int?) { #expect(Process.processors(ofQuota: Array(text.utf8)) == count) }

    @Test("a process may use one processor at least") func least() { #expect(Process.cores >= 1) }
}
