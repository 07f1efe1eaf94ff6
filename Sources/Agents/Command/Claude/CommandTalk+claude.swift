import Crypto
import JSON
import Router
import System
import Text

extension CommandTalk {
    func inClaude(_ permissions: PermissionPolicy) async throws -> ProgramReply {
        let state = ClaudeState(turn.session)
        let reader = ClaudeReader(
            state: state, permissions: permissions, texts: turn.texts, language: turn.language)
        return try await run(
            LineTalk(
                command: command.forClaude(resuming: state?.sessionID), input: try await claudePrompt().line,
                isInputWhole: false, interruption: CommandTalk.claudeInterruption, reader: reader))
    }

    private static let claudeInterruption: JSONValue = [
        "type": "control_request", "request_id": "stop", "request": ["subtype": "interrupt"],
    ]

    // MARK: The prompt

    /// Larger pictures are named instead, as are those that are too much together.
    private static let maxPicture = 5 << 20
    private static let maxPictures = 20 << 20

    private func claudePrompt() async throws -> JSONValue {
        var (blocks, named, total) = ([JSONValue](), [Attachment](), 0)
        // Our own copies are read: what lies in the workspace may be another's by now.
        for (own, laid) in zip(turn.attachments, workspace.attachments) {
            if own.isPicture, own.size <= CommandTalk.maxPicture, total + own.size <= CommandTalk.maxPictures,
                let block = await CommandTalk.block(of: own)
            {
                total += own.size
                blocks.append(block)
            } else {
                named.append(laid)
            }
        }
        let text = turn.prompt(naming: named)
        guard !blocks.isEmpty else { return CommandTalk.line(.string(text)) }
        let words: [JSONValue] = text.hasWords ? [["type": "text", "text": .string(text)]] : []
        return CommandTalk.line(.array(words + blocks))
    }

    private static func line(_ content: JSONValue) -> JSONValue {
        ["type": "user", "message": ["role": "user", "content": content]]
    }

    /// nil for what cannot be read.
    private static func block(of picture: Attachment) async -> JSONValue? {
        let bytes = try? await BlockingThreads.disk.run { () throws(FileError) in
            try ReadableFile(picture.path).bytes(at: 0, atMost: picture.size)
        }
        guard let bytes, !bytes.isEmpty else { return nil }
        return [
            "type": "image",
            "source": [
                "type": "base64", "media_type": .string(picture.contentType), "data": .string(Base64.encode(bytes)),
            ],
        ]
    }
}
