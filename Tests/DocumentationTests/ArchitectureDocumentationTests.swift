import Foundation
import Testing

@Suite("Documentation of the architecture") struct ArchitectureDocumentationTests {
    @Test("every file and folder that docs/architecture.md names by its path is there")
    func paths() throws {
        let files = try ["Sources", "Tests"].flatMap { folder in
            let root = Repository.root.appendingPathComponent(folder).path
            return try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
                .map { "/\(folder)/\($0)".replacingOccurrences(of: ".swift", with: "") }
        }
        let names = try Repository.text("docs/architecture.md").matches(of: #/`([A-Z]\w*(?:\/[\w+]+)+)`/#)
            .map { "/\($0.output.1)" }
        #expect(names.count > 100)
        #expect(names.filter { name in !files.contains { $0.hasSuffix(name) } }.isEmpty)
    }
}
