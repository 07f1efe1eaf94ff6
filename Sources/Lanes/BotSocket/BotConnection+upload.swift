import Lifecycle
import WeCom

extension BotConnection {
    /// The result of giving WeCom a file.
    enum Uploaded: Sendable {
        case taken(MediaID)
        case not(Machine.Outcome)
    }

    /// Gives WeCom a file in pieces, several of them at once. A connection that is lost meanwhile does not end it: a piece
    /// that failed goes again.
    nonisolated func upload(_ bytes: [UInt8], as upload: BotUpload) async -> Uploaded {
        let begun = await send(.beginUpload(upload))
        guard case .done(let body) = begun, let id = BotUpload.ID(body) else { return .not(begun) }
        if let failed = await sendChunks(of: bytes, as: upload, id) { return .not(failed) }
        let finished = await send(.finishUpload(id))
        guard case .done(let body) = finished, let media = MediaID(uploaded: body) else { return .not(finished) }
        return .taken(media)
    }

    /// Returns what became of a piece that WeCom does not have.
    private nonisolated func sendChunks(
        of bytes: [UInt8], as upload: BotUpload, _ id: BotUpload.ID
    ) async -> Machine.Outcome? {
        await withTaskGroup(of: Machine.Outcome?.self) { group in
            for index in 0..<upload.chunkCount {
                if index >= upload.chunksAtOnce, let failed = await group.next() ?? nil {
                    group.cancelAll()
                    return failed
                }
                group.addTask {
                    await self.sendChunk(.uploadChunk(of: id, index: index, Array(bytes[upload.bytes(ofChunk: index)])))
                }
            }
            for await failed in group where failed != nil {
                group.cancelAll()
                return failed
            }
            return nil
        }
    }

    private nonisolated func sendChunk(_ command: BotCommand) async -> Machine.Outcome? {
        var outcome = await send(command)
        for pause in BotUpload.pauses {
            if case .done = outcome { return nil }
            guard (try? await clock.sleep(for: pause)) != nil else { return outcome }
            outcome = await send(command)
        }
        if case .done = outcome { return nil }
        return outcome
    }
}
