import Foundation
import Simulator
import Testing

@Suite("What is written of steps")
struct StepDocumentationTests {
    private static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Self.root)/docs/\(name)", encoding: .utf8)
    }

    @Test("every step has a path in the document of the control API", arguments: Step.Verb.allCases)
    func openAPI(verb: Step.Verb) throws {
        #expect(try text("simulator-openapi.yaml").contains("\n  /control/v1/\(verb.rawValue):\n"))
    }

    @Test("every list of words in it is the one that is read")
    func words() throws {
        let document = try text("simulator-openapi.yaml")
        let lists = [
            Sighting.Kind.allCases.map(\.rawValue), Faults.Call.names.map(\.name),
            FaultOrder.Kind.allCases.map(\.rawValue).filter { !["kick", "drop"].contains($0) }, ["kick", "drop"],
        ]
        let written = document.split(separator: "enum: [").dropFirst().map { part in
            Set(part.prefix { $0 != "]" }.split(separator: ", ").map(String.init))
        }
        for list in lists { #expect(written.contains(Set(list)), "\(list)") }
    }

    @Test("every step, kind, fault and call is explained to people")
    func guide() throws {
        let guide = try text("scenarios.md")
        let words =
            Step.Verb.allCases.map { "`\($0.rawValue): " } + Sighting.Kind.allCases.map(\.rawValue)
            + FaultOrder.Kind.allCases.map { "`\($0.rawValue)`" } + Faults.Call.names.map(\.name)
        for word in words where word != "`none`" { #expect(guide.contains(word), "\(word)") }
    }
}
