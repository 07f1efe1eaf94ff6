import Lifecycle
import Simulator
import System
import Text
import WeCom

// What people do at these pages.

/// A file that somebody drops on a page.
struct DroppedFile: Sendable {
    let name: String
    let bytes: [UInt8]

    /// The kind as which it is sent: WeCom takes two kinds of pictures and one of films.
    var kind: FakeMedia.Kind {
        switch MediaType(firstBytes: bytes, name: name) {
        case .jpeg, .png: bytes.count <= 10 << 20 ? .image : .file
        case .mp4: bytes.count <= 10 << 20 ? .video : .file
        default: .file
        }
    }

    static let mostBytes = 20 << 20
}

extension Playground {
    private static let longestText = 100 << 10

    /// A text as it is to be posted; none where there are no words.
    func said(_ text: String, as viewer: Viewer) throws(Refused) -> [Said] {
        // Forms end lines with CR LF, and phones do not.
        let text = text.replacing(word: "\r\n", by: "\n")
        guard text.hasWords else { return [] }
        guard text.utf8.count <= Playground.longestText else {
            throw Refused("文字超过 100 KB", "the text is longer than 100 KB")
        }
        return [try said(.text(text), as: viewer) { _ throws(Refused) in .text(text) }]
    }

    /// A file as it is to be posted.
    func said(_ file: DroppedFile, as viewer: Viewer) throws(Refused) -> Said {
        guard file.bytes.count > 5 else { throw Refused("文件小于 6 字节", "the file has fewer than 6 bytes") }
        guard file.bytes.count <= DroppedFile.mostBytes else {
            throw Refused("文件超过 20 MB", "the file is larger than 20 MB")
        }
        let media = wecom.hold(file.bytes, file.kind, named: file.name, of: viewer.member.corp)
        return try said(.file(media), as: viewer) { receiver throws(Refused) in
            switch receiver {
            case .app: media.content
            case .bot(let bot): .sealed(try self.sealed(file, media.kind, for: bot))
            }
        }
    }

    private func sealed(_ file: DroppedFile, _ kind: FakeMedia.Kind, for bot: Roster.Bot) throws(Refused) -> SealedMedia
    {
        guard let kind = SealedMedia.Kind(rawValue: kind.rawValue) else {
            throw Refused("机器人收不到这种文件", "a bot is sent no such file")
        }
        switch bot.lane {
        case .webhook(let bot): return wecom.seal(file.bytes, named: file.name, as: kind, for: bot)
        case .socket(let bot):
            guard let sealed = try? wecom.seal(file.bytes, named: file.name, as: kind, for: bot) else {
                throw Refused("文件无法加密", "the file cannot be sealed")
            }
            return sealed
        }
    }

    /// A recording of nothing, so many seconds long, with the words that WeCom is to have understood.
    func speak(_ words: String, seconds: Int, as viewer: Viewer) throws(Refused) {
        let seconds = min(max(seconds, 1), 60)
        let media = wecom.hold(.silence(seconds: seconds), .voice, named: "voice.amr", of: viewer.member.corp)
        let recognition = words.hasWords ? words : nil
        let voice = try said(.voice(media, seconds: seconds, recognition: recognition), as: viewer) {
            receiver throws(Refused) in
            switch receiver {
            case .app: .voice(media: MediaID(media.id), format: "amr", recognition: recognition)
            case .bot: .speech(recognition ?? "")
            }
        }
        post(voice, as: viewer)
    }

    func sendPlace(as viewer: Viewer) throws(Refused) {
        guard let coordinates = InboundMessage.Coordinates(latitude: 39.99, longitude: 116.19) else { return }
        let place = InboundMessage.Location(coordinates, scale: 15, label: "北京市海淀区香山北门")
        let said = try said(.place(place), as: viewer) { receiver throws(Refused) in
            guard case .app = receiver else { throw Refused("机器人收不到位置", "a bot is sent no places") }
            return .location(place)
        }
        post(said, as: viewer)
    }
}
