import JSON
import Observability
import System
import Text
import WeCom

/// Makes the parts of a reply: its text as messages, its files kept where no agent can change them any more.
struct ReplyPacker: Sendable {
    let blobs: BlobFolder
    let log: Logger

    func parts(
        of reply: Reply, to address: ReplyAddress, in style: ReplyStyle, within speech: Speech, saying texts: ChatTexts
    ) async -> [Part] {
        var parts: [Part] = []
        if reply.text.hasWords {
            parts += await textParts(of: reply, to: address, in: style, within: speech, saying: texts)
        }
        var pictures = PictureRoom(within: speech)
        var files: [Part] = []
        for file in reply.files {
            files += await self.parts(of: file, to: address, within: speech, &pictures, saying: texts)
        }
        guard speech.pictures != nil else { return parts + files }
        // What shows within the reply goes before the words that end it.
        return files.filter(\.isPicture) + parts + files.filter { !$0.isPicture }
    }

    private func textParts(
        of reply: Reply, to address: ReplyAddress, in style: ReplyStyle, within speech: Speech, saying texts: ChatTexts
    ) async -> [Part] {
        // Rendering takes its time: others may have theirs before and behind it.
        await Task.yield()
        // A file now is better than the rest with the answers to come.
        let most = speech.files[.file] == nil ? style.maxParts : min(style.maxParts, speech.partsAtOnce)
        let composer = ReplyComposer(format: style.format, maxParts: most, within: speech)
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
            return messages
                + failure(.unreadable, of: file.name, error.reason, to: address, within: speech, saying: texts)
        }
    }

    private func parts(
        of file: ReplyFile, to address: ReplyAddress, within speech: Speech, _ pictures: inout PictureRoom,
        saying texts: ChatTexts
    ) async -> [Part] {
        do {
            let seen = try await opened(file)
            if seen.size < UploadKind.minSize {
                return [try await part(ofSmall: seen, to: address, within: speech, saying: texts)]
            }
            let kind = try speech.kind(showing: try seen.fittingKind(), size: seen.size)
            guard pictures.take(kind, size: seen.size) else {
                return failure(
                    .tooLargeTogether, of: file.name, "there is no room for it beside the other pictures", to: address,
                    within: speech, saying: texts)
            }
            let blob = try await blobs.keep(seen)
            let kept = OutgoingFile(blob: blob.id, name: seen.name.text, size: blob.size, kind: kind)
            return [Part(to: address, .file(kept))]
        } catch let error as FileError {
            return failure(.unreadable, of: file.name, error.reason, to: address, within: speech, saying: texts)
        } catch let error as FileNotCarried {
            return failure(error.loss, of: file.name, "\(error)", to: address, within: speech, saying: texts)
        } catch UploadFault.tooLarge(let size, let limit) {
            let fault = UploadFault.tooLarge(size: size, limit: limit)
            return failure(
                .tooLarge(limit: limit), of: file.name, "\(fault)", to: address, within: speech, saying: texts)
        } catch {
            return failure(.unreadable, of: file.name, "\(error)", to: address, within: speech, saying: texts)
        }
    }

    /// Opens a file, once: what is looked at is what is kept.
    private func opened(_ file: ReplyFile) async throws -> UploadFile {
        switch file.place {
        case .path(let path): return try await UploadFile(opening: path, named: file.name)
        case .beneath(let directory, let path):
            return try await BlockingThreads.disk.run { () throws(FileError) in
                try UploadFile(try Folder(directory).file(at: path), named: file.name)
            }
        case .bytes(let bytes):
            let blob = try await blobs.keep(bytes)
            return try await UploadFile(opening: blobs.path(of: blob.id), named: file.name)
        }
    }

    /// Makes the message for a file of so few bytes that WeCom would not take it: a text goes as one, anything else in an archive.
    private func part(
        ofSmall file: UploadFile, to address: ReplyAddress, within speech: Speech, saying texts: ChatTexts
    ) async throws -> Part {
        let bytes = try await BlockingThreads.disk.run { () throws(FileError) in
            try file.bytes(atMost: UploadKind.minSize)
        }
        let name = file.name.text
        if let text = String(validating: bytes, as: UTF8.self), text.hasWords {
            let words = texts.smallFile.filled(["name": name.cut(toCharacters: 60, bytes: 240), "text": text])
            if let part = Part(to: address, saying: words, within: speech) { return part }
        }
        let archive = zipArchive(of: bytes, named: name)
        let kind = try speech.kind(showing: .file, size: archive.count)
        let kept = try await blobs.keep(archive)
        return Part(to: address, .file(OutgoingFile(blob: kept.id, name: "\(name).zip", size: kept.size, kind: kind)))
    }

    private func failure(
        _ loss: FileLoss, of name: String, _ reason: String, to address: ReplyAddress, within speech: Speech,
        saying texts: ChatTexts
    ) -> [Part] {
        log.warning("a file of an answer is not sent", ["file": .string(name), .reason: .string(reason)])
        return Part(to: address, saying: texts.words(for: loss, of: name), within: speech).map { [$0] } ?? []
    }
}

extension FileNotCarried {
    /// The same as a person hears of it.
    fileprivate var loss: FileLoss { largest.map { .tooLarge(limit: $0) } ?? .notCarried }
}
