import HTTP
import System
import Testing
import WeCom

@testable import Lanes

@Suite("What is remembered of WeCom's answers")
struct RememberedTests {
    private let start = MonotonicTime.now

    @Test("is bounded: the oldest go first, whether they were answers or failures")
    func bounded() throws {
        var remembered = Remembered<Int, Int>(freshFor: .seconds(600), capacity: 80)
        for number in 0..<1000 {
            let now = start.advanced(by: .milliseconds(number))
            if number.isMultiple(of: 2) {
                remembered.note(number, for: number, at: now)
            } else {
                _ = remembered.note(.transport(.notSent("no")), for: number, at: now)
            }
            #expect(remembered.count <= 80)
        }
        let now = start.advanced(by: .seconds(1))
        guard case .use(998) = remembered.recall(998, at: now) else { throw Missing() }
        guard case .fail = remembered.recall(999, at: now) else { throw Missing() }
        guard case .ask = remembered.recall(500, at: now) else { throw Missing() }
    }

    @Test("ends with a definite no")
    func definite() throws {
        var remembered = Remembered<Int, Int>(freshFor: .seconds(600), capacity: 10)
        remembered.note(1, for: 1, at: start)
        let later = start.advanced(by: .seconds(600))
        #expect(remembered.note(.transport(.notSent("no")), for: 1, at: later) == 1)
        #expect(remembered.note(.refused(ErrorCode(60111), message: ""), for: 1, at: later) == nil)
        guard case .fail = remembered.recall(1, at: later) else { throw Missing() }
        guard case .ask = remembered.recall(1, at: later.advanced(by: .seconds(30))) else { throw Missing() }
    }

    @Test("of departments is a tree, even where it is none")
    func tree() {
        let tree = DepartmentTree([
            .init(id: 2, parent: 1), .init(id: 3, parent: 2), .init(id: 4, parent: 5), .init(id: 5, parent: 4),
        ])
        #expect(tree.isDepartment(3, within: [1]) && tree.isDepartment(3, within: [3]))
        #expect(!tree.isDepartment(2, within: [3]) && !tree.isDepartment(4, within: [1]))
        #expect(tree.isDepartment(9, within: [9]) && !tree.isDepartment(9, within: []))
    }

    private struct Missing: Error {}
}
