package import WeCom

extension FakeMedia {
    /// The message by which an app hears of a file that somebody sends.
    package var content: InboundMessage.Content {
        let media = MediaID(id)
        return switch kind {
        case .image: .image(media: media, pictureURL: "https://wework.qpic.cn/\(media)")
        case .voice: .voice(media: media, format: "amr", recognition: nil)
        case .video: .video(media: media, thumbnail: MediaID("thumb-\(media)"))
        case .file: .file(media: media, name: name)
        }
    }
}

extension [UInt8] {
    /// AMR of the smallest mode, fifty frames a second, in which nobody speaks.
    package static func silence(seconds: Int) -> [UInt8] {
        Array("#!AMR\n".utf8) + [UInt8](repeating: 0, count: seconds * 50 * 13)
    }
}
