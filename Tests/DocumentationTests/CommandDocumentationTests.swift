import Foundation
import Testing

@testable import RouterServer

@Suite("Documentation of commands") struct CommandDocumentationTests {
    @Test("docs/commands.md has the help of every command as it is printed, and of no other")
    func page() throws {
        let page = try Repository.text("docs/commands.md")
        let expected = Commands.all.map {
            "## \($0.name)\n\n```text\n\($0.help.text.trimmingCharacters(in: .newlines))\n```\n"
        }
        let blocks = page.components(separatedBy: "\n## ").dropFirst().map {
            "## \($0.trimmingCharacters(in: .newlines))\n"
        }
        #expect(Array(blocks) == expected.map { $0 }, "make it anew: scripts/document-commands")
    }

    @Test("README's table has a row for every command, and for no other")
    func readme() throws {
        let rows = try Repository.section("## Commands", of: "README.md")
            .compactMap { $0.cells.first?.codes.first?.components(separatedBy: " ").dropFirst().first }
        #expect(Set(rows) == Set(Commands.names).subtracting(["help"]))
    }

    @Test("every option and verb that a document writes behind one of our commands exists")
    func examples() throws {
        var seen = 0
        for (path, text) in try Repository.documents() where path != "docs/commands.md" {
            for match in text.matches(of: #/wecom-router ([a-z]+)((?: [^\s`|<>;&#]+)*)/#) {
                guard let command = Commands.named(String(match.output.1)) else { continue }
                for word in match.output.2.split(separator: " ") {
                    let name = word.trimmingCharacters(in: CharacterSet(charactersIn: "[].,:")).components(
                        separatedBy: "=")[0]
                    guard name.hasPrefix("--"), name.count > 2 else { continue }
                    seen += 1
                    #expect(
                        command.help.options.contains { $0.name == name },
                        "\(path): wecom-router \(command.name) has no \(name)")
                }
            }
        }
        #expect(seen > 20)
    }
}
