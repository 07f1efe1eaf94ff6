import Crypto
import JSON
import Router
import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(5))) struct ACPFilesTests {
    private func updates(_ blocks: JSONValue...) -> ACPUpdates {
        var updates = ACPUpdates()
        for block in blocks { _ = updates.take(["sessionUpdate": "agent_message_chunk", "content": block]) }
        return updates
    }

    private func link(_ uri: String, _ name: String) -> JSONValue {
        ["type": "resource_link", "uri": .string(uri), "name": .string(name)]
    }

    @Test("a link to a file is a file, and one to elsewhere is text")
    func links() async throws {
        try await ProgramWorld.with { world in
            let workspace = try await world.host.workspace(of: .saying(""), for: world.mock())
            let path = workspace.path
            let updates = updates(
                link("file://\(path)/a%20%E6%B1%89.png", "x/汉.png"), link("file://localhost/etc/passwd", "passwd"),
                link("file://\(path)/a%20%E6%B1%89.png", "again"), link("file://\(workspace.outbox)/b.txt", "b.txt"),
                link("https://example.com/r", "report"), link("file://elsewhere/c", "c"))
            #expect(
                updates.files.files(in: workspace) == [
                    ReplyFile(.beneath(path, path: "\(path)/a 汉.png"), name: "汉.png"),
                    ReplyFile(.beneath(path, path: "/etc/passwd"), name: "passwd"),
                ])
            #expect(updates.text.all == "[report](https://example.com/r)[c](file://elsewhere/c)")
        }
    }

    @Test("a picture in a message is a file, as far as it is one")
    func pictures() async throws {
        try await ProgramWorld.with { world in
            let workspace = try await world.host.workspace(of: .saying(""), for: world.mock())
            let updates = updates(
                ["type": "image", "mimeType": "image/png", "data": .string(Base64.encode([1, 2, 3]))],
                ["type": "image", "mimeType": "image/png", "data": "no base64"], ["type": "image"])
            #expect(updates.files.files(in: workspace) == [ReplyFile(.bytes([1, 2, 3]), name: "image.png")])
        }
    }

    @Test("no more files are kept than go out with a reply")
    func bound() async throws {
        try await ProgramWorld.with { world in
            let workspace = try await world.host.workspace(of: .saying(""), for: world.mock())
            var updates = ACPUpdates()
            for number in 0..<100 {
                let block = link("/tmp/\(number)", "\(number)")
                _ = updates.take(["sessionUpdate": "agent_message_chunk", "content": block])
            }
            #expect(updates.files.files(in: workspace).count == Workspace.maxOutgoing)
        }
    }
}
