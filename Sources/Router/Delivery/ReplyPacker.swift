import System
import Text
import WeCom

/// Makes the parts of a reply: its text as messages, its files kept where no agent can change them any more.
struct ReplyPacker: Sendable {
    let blobs: BlobFolder

    func parts(
        of reply: Reply, to address: ReplyAddress, in style: ReplyStyle, within speech: Speech, saying texts: ChatTexts
    ) async -> [Part] {
        var parts: [Part] = []
        if reply.text.hasWords {
            parts += await textParts(of: reply, to: address, in: style, within: speech, saying: texts)
        }
        for file in reply.files {
            parts += await self.parts(of: file, to: address, within: speech, saying: texts)
        }
        return parts
    }

    private func textParts(
        of reply: Reply, to address: ReplyAddress, in style: ReplyStyle, within speech: Speech, saying texts: ChatTexts
    ) async -> [Part] {
        // Rendering takes its time: others may have theirs before and behind it.
        await Task.yield()
        let composer = ReplyComposer(format: style.format, maxParts: style.maxParts, within: speech)
        let composed =
            reply.isMarkdown
            ? composer.compose(reply.text, fullTextNote: texts.fullTextAttached)
            : composer.compose(plain: reply.text, fullTextNote: texts.fullTextAttached)
        await Task.yield()
        let messages = composed.parts.map { text in
            Part(to: address, .message(composed.form == .markdown ? .markdown(text) : .text(text)))
        }
        guard let file = composed.file else { return messages }
        do throws(FileError) {
            let kept = try await blobs.keep(file.content)
            let whole = OutgoingFile(blob: kept.id, name: file.name, size: kept.size, kind: .file)
            return messages + [Part(to: address, .file(whole))]
        } catch {
            return messages + failure(of: file.name, error.reason, to: address, within: speech, saying: texts)
        }
    }

    private func parts(
        of file: ReplyFile, to address: ReplyAddress, within speech: Speech, saying texts: ChatTexts
    ) async -> [Part] {
        do {
            return [Part(to: address, .file(try await kept(file, within: speech)))]
        } catch let error as FileError {
            return failure(of: file.name, error.reason, to: address, within: speech, saying: texts)
        } catch {
            return failure(of: file.name, "\(error)", to: address, within: speech, saying: texts)
        }
    }

    /// Keeps a file and finds the kind as which it goes. It is opened once: what is looked at is what is kept.
    private func kept(_ file: ReplyFile, within speech: Speech) async throws -> OutgoingFile {
        let seen: UploadFile
        switch file.place {
        case .path(let path): seen = try await UploadFile(opening: path, named: file.name)
        case .beneath(let directory, let path):
            seen = try await BlockingThreads.disk.run { () throws(FileError) in
                try UploadFile(try Folder(directory).file(at: path), named: file.name)
            }
        case .bytes(let bytes):
            let blob = try await blobs.keep(bytes)
            seen = try await UploadFile(opening: blobs.path(of: blob.id), named: file.name)
        }
        let kind = try speech.kind(showing: try seen.fittingKind(), size: seen.size)
        let blob = try await blobs.keep(seen)
        return OutgoingFile(blob: blob.id, name: seen.name.text, size: blob.size, kind: kind)
    }

    private func failure(
        of name: String, _ reason: String, to address: ReplyAddress, within speech: Speech, saying texts: ChatTexts
    ) -> [Part] {
        Part(
            to: address,
            saying: texts.fileFailed.filled([
                "name": name.cut(toCharacters: 60, bytes: 240), "reason": reason.cut(toBytes: 600),
            ]), within: speech
        ).map { [$0] } ?? []
    }
}
