import Crypto
import HTTP
import JSON
import Router
import System
import Text

/// The prompt of a turn, in the blocks that the agent can take.
struct ACPPrompt {
    private let info: ACPAgentInfo

    /// Larger pictures and recordings are linked to.
    static let mostBytes = 5 << 20
    /// The bytes that pictures and recordings may take up together; the rest is linked to.
    static let mostBytesTogether = 20 << 20
    static let imageTypes: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    init(for info: ACPAgentInfo) { self.info = info }

    func blocks(of turn: Turn, in workspace: Workspace) async -> JSONValue {
        var blocks: [JSONValue] = []
        if !turn.prompt.isEmpty { blocks.append(["type": "text", "text": .string(turn.prompt)]) }
        var room = ACPPrompt.mostBytesTogether
        // Read from where we keep them: the copies in the workspace are the agent's to change.
        for (original, copy) in zip(turn.attachments, workspace.attachments) {
            if let inline = await inlineBlock(of: original, within: room) {
                room -= original.size
                blocks.append(inline)
            } else {
                blocks.append(ACPPrompt.link(to: copy))
            }
        }
        return .array(blocks)
    }

    private func inlineBlock(of attachment: Attachment, within room: Int) async -> JSONValue? {
        let type = attachment.contentType
        let isImage = info.takesImages && ACPPrompt.imageTypes.contains(type)
        let isAudio = info.takesAudio && type.begins(with: "audio/")
        guard isImage || isAudio, attachment.size <= min(ACPPrompt.mostBytes, room) else { return nil }
        let (path, size) = (attachment.path, attachment.size)
        let bytes = try? await BlockingThreads.disk.run { () throws(FileError) in
            try readFile(path, limit: size)
        }
        guard let bytes else { return nil }
        return [
            "type": isImage ? "image" : "audio", "mimeType": .string(type), "data": .string(Base64.encode(bytes)),
        ]
    }

    private static func link(to attachment: Attachment) -> JSONValue {
        [
            "type": "resource_link", "uri": .string(fileURI(attachment.path)), "name": .string(attachment.name),
            "description": .string(attachment.kind.rawValue), "mimeType": .string(attachment.contentType),
            "size": .integer(Int64(attachment.size)),
        ]
    }

    static func fileURI(_ path: String) -> String {
        "file://"
            + path.pieces { $0 == UInt8(ascii: "/") }.map(percentEncoded)
            .joined(separator: "/")
    }
}
