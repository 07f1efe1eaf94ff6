import Foundation
import Testing

@testable import RouterServer

@Suite("Versions") struct VersionDocumentationTests {
    @Test("the newest version in the changelog is that of the program")
    func versions() throws {
        let headings = try Repository.text("CHANGELOG.md").matches(of: #/(?m)^## \[(\d+\.\d+\.\d+)\]/#).map {
            String($0.output.1)
        }
        #expect(headings.first == Version.number)
        let numbers = headings.map { $0.split(separator: ".").compactMap { Int($0) } }
        #expect(
            zip(numbers, numbers.dropFirst()).allSatisfy { newer, older in
                newer.lexicographicallyPrecedes(older) == false && newer != older
            })
    }
}
