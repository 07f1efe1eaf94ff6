import HTTP
import Simulator
import System
import Text
import WeCom

extension Playground {
    /// The file of an entry, `ENTRY/NUMBER`. What is no picture or sound is to be saved and not shown.
    func media(_ place: String) -> HTTPResponse {
        let numbers = place.pieces { $0 == UInt8(ascii: "/") }.compactMap { Int($0) }
        guard numbers.count == 2, let file = file(numbers[1], ofEntry: numbers[0]) else {
            return .text(.notFound, "WeCom has this file no more\n")
        }
        let type = MediaType(firstBytes: file.bytes, name: file.name)
        let isShown = [.jpeg, .png, .gif, .webp, .wav, .mp3].contains(type)
        return .file(file.bytes, shownAs: isShown ? type.contentType : nil, savedAs: file.name)
    }

    /// A recording as a browser plays it: browsers know no AMR, so it is a hum of the same length.
    func sound(ofEntry id: Int) -> HTTPResponse {
        guard let entry = book.withLock({ $0.entry(id) })?.entry, let length = length(ofVoice: entry) else {
            return .text(.notFound, "there is no recording here\n")
        }
        return .file(humming(for: length), shownAs: MediaType.wav.contentType, savedAs: "voice.wav")
    }

    /// nil of what is no recording.
    func length(ofVoice entry: ChatEntry) -> Duration? {
        switch entry.content {
        case .said(let said):
            if case .voice(_, let seconds, _) = said.words { .seconds(seconds) } else { nil }
        case .sent(let message):
            message.media.flatMap { $0.kind == .voice ? wecom.bytes(of: $0) : nil }.flatMap { voiceLength(ofAMR: $0) }
        case .shown(let bubble):
            bubble.file.flatMap { $0.kind == .voice ? wecom.sockets.bytes(of: $0) : nil }.flatMap {
                voiceLength(ofAMR: $0)
            }
        }
    }

    /// Finds a file of an entry. The pictures below a bot's bubble are numbered from 0.
    private func file(_ number: Int, ofEntry id: Int) -> (name: String, bytes: [UInt8])? {
        guard let entry = book.withLock({ $0.entry(id) })?.entry else { return nil }
        switch entry.content {
        case .said(let said):
            guard number == 0, let media = said.words.media, let bytes = wecom.bytes(of: media) else { return nil }
            return (media.name, bytes)
        case .sent(let message):
            guard number == 0, let media = message.media, let bytes = wecom.bytes(of: media) else { return nil }
            return (media.name, bytes)
        case .shown(let bubble):
            if bubble.pictures.indices.contains(number) { return ("picture", bubble.pictures[number]) }
            guard number == 0, let file = bubble.file, let bytes = wecom.sockets.bytes(of: file) else { return nil }
            return (file.name, bytes)
        }
    }
}

extension HTTPResponse {
    /// A file that somebody sent: it may do nothing in a browser, whatever is in it.
    fileprivate static func file(_ bytes: [UInt8], shownAs type: String?, savedAs name: String) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": type ?? "application/octet-stream",
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        ]
        if type == nil { headers["Content-Disposition"] = "attachment; filename*=UTF-8''\(percentEncoded(name))" }
        return HTTPResponse(.ok, headers: headers, body: .whole(bytes))
    }
}

extension Said.Words {
    var media: FakeMedia? {
        switch self {
        case .file(let media), .voice(let media, _, _): media
        case .text, .place, .other: nil
        }
    }
}
