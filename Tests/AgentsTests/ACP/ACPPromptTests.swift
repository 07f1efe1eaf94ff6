import Crypto
import Foundation
import JSON
import Router
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ACPPromptTests {
    private func attachment(
        _ name: String, _ type: String, _ bytes: Int, in world: ACPWorld
    ) throws -> Router.Attachment {
        let path = "\(world.programs.directory)/\(name)"
        try Data(count: bytes).write(to: URL(fileURLWithPath: path))
        return Router.Attachment(.file, path: path, name: name, contentType: type, size: bytes)
    }

    private func blocks(_ world: ACPWorld, _ attachments: [Router.Attachment]) async throws -> [JSONValue] {
        let reply = try await world.run(.saying("transcript", attachments: attachments))
        let heard = try #require(try JSONValue(parsing: Array(reply.text.utf8)).array)
        return try #require(heard.first("session/prompt")?["params"]?["prompt"]?.array)
    }

    @Test("pictures and recordings go into the prompt of an agent that takes them")
    func inline() async throws {
        try await ACPWorld.with("image", "audio") { world in
            let blocks = try await blocks(
                world,
                [
                    try attachment("a.png", "image/png", 3, in: world),
                    try attachment("b.amr", "audio/amr", 4, in: world),
                ])
            #expect(
                blocks.dropFirst() == [
                    ["type": "image", "mimeType": "image/png", "data": "AAAA"],
                    ["type": "audio", "mimeType": "audio/amr", "data": "AAAAAA=="],
                ])
        }
    }

    @Test("pictures together are bounded; those beyond are linked to, and a small one behind them is shown")
    func together() async throws {
        try await ACPWorld.with("image") { world in
            let large = try (1...5).map { try attachment("\($0).png", "image/png", ACPPrompt.mostBytes - 1, in: world) }
            let small = try attachment("small.png", "image/png", 3, in: world)
            let workspace = try await world.programs.host.workspace(
                of: .saying("", attachments: large + [small]), for: world.agent.command)
            let info = try ACPAgentInfo(
                [
                    "protocolVersion": 1,
                    "agentCapabilities": ["promptCapabilities": ["image": true]],
                ], command: [])
            let blocks = await ACPPrompt(for: info).blocks(
                of: .saying("", attachments: large + [small]), in: workspace
            ).array
            #expect(
                blocks?.map { $0["type"] } == ["image", "image", "image", "image", "resource_link", "image"])
        }
    }

    @Test("whatever an agent does not take is linked to, beneath its directory")
    func links() async throws {
        try await ACPWorld.with("image") { world in
            let blocks = try await blocks(
                world,
                [
                    try attachment("a b.tiff", "image/tiff", 3, in: world),
                    try attachment("c.amr", "audio/amr", 4, in: world),
                    try attachment("large.png", "image/png", ACPPrompt.mostBytes + 1, in: world),
                ])
            #expect(blocks.dropFirst().allSatisfy { $0["type"] == "resource_link" })
            #expect(blocks.dropFirst().allSatisfy { $0["description"] == "file" })
            #expect(blocks.dropFirst().map { $0["name"]?.string } == ["a b.tiff", "c.amr", "large.png"])
            let workspace = try await world.programs.host.workspace(of: .saying(""), for: world.agent.command)
            let uri = try #require(blocks[1]["uri"]?.string)
            #expect(uri == ACPPrompt.fileURI("\(workspace.path)/inbox/\(JobID(42))/a b.tiff"))
            #expect(uri.hasPrefix("file:///") && uri.hasSuffix("a%20b.tiff"))
            #expect(blocks[1]["size"] == 3 && blocks[1]["mimeType"] == "image/tiff")
        }
    }
}
