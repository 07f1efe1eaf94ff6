import Testing
import Text

@Suite struct FenceMarksTests {
    @Test(
        "three or more backticks or tildes begin a block",
        arguments: [("```", 0x60, 3), ("````swift", 0x60, 4), ("~~~", 0x7E, 3), ("~~~ a ~ `b`", 0x7E, 3)])
    func begins(line: String, mark: UInt8, count: Int) {
        let marks = FenceMarks(beginning: line.utf8)
        #expect(marks?.mark == mark && marks?.count == count)
    }

    @Test("other lines begin none", arguments: ["", "``", "~~ ~", " ```", "```a``` b", "``` `", "'''", "**```"])
    func beginsNone(line: String) { #expect(FenceMarks(beginning: line.utf8) == nil) }

    @Test("as many of the same marks end it, and nothing else does")
    func ends() throws {
        let open = try #require(FenceMarks(beginning: "````a".utf8))
        for line in ["````", "`````"] { #expect(open.areClosed(by: line.utf8)) }
        for line in ["```", "````a", "~~~~", "", "```` ````"] { #expect(!open.areClosed(by: line.utf8)) }
    }
}
