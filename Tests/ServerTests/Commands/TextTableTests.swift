import Testing
import Text

@testable import RouterServer

@Suite("A table in a terminal") struct TextTableTests {
    private func table() -> TextTable {
        var table = TextTable("JOB", "USER", "TRIES", .free("TEXT"), .free("REASON"))
        table.add("j-1", "zhangsan", "", "请把上个月的报销单汇总成一张表，并按部门排序", "the agent said nothing for 35 minutes")
        table.add("j-2", "李四", "", "hi", "")
        return table
    }

    @Test("keeps to its width, whatever that is, an ideograph counting two")
    func width() {
        for width in 1...120 {
            let lines = table().text(width: width).split(separator: "\n")
            #expect(lines.count == 3)
            for line in lines { #expect(String(line).displayWidth <= width, "\(width): \(line)") }
        }
    }

    @Test("has its columns one below the other, behind ideographs, too")
    func aligned() {
        let lines = table().text(width: 60).split(separator: "\n").map(String.init)
        func column(_ word: String, _ line: String) -> Int? {
            line.firstRange(of: word).map { String(line[..<$0.lowerBound]).displayWidth }
        }
        let text = column("TEXT", lines[0])
        #expect(text != nil && column("请把", lines[1]) == text && column("hi", lines[2]) == text)
        #expect(lines[1].contains("…"), "what people wrote is cut, ids are not: \(lines[1])")
        #expect(lines.allSatisfy { $0.hasPrefix("j-") || $0.hasPrefix("JOB") })
    }

    @Test("leaves out a column without a word, and cuts nothing where there is no terminal")
    func whole() {
        let text = table().text(width: nil)
        #expect(!text.contains("TRIES"))
        #expect(text.contains("并按部门排序") && text.contains("35 minutes") && !text.contains("…"))
    }
}
