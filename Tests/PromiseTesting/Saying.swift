import SeededTesting
import Simulator
import WeCom

/// The content of a message, there and back.
enum Saying: Equatable {
    case text(String)
    /// The content of a file.
    case file([UInt8])
}

extension Saying {
    /// The message of a person of `corp`. A file is with WeCom then.
    func content(_ line: Line, in wecom: FakeWeCom, of corp: CorpID) -> InboundMessage.Content {
        switch self {
        case .text(let text): return .text(text)
        case .file(let bytes):
            let kind: FakeMedia.Kind = line.isPicture ? .image : .file
            let name = "\(line.number).\(line.isPicture ? "png" : "dat")"
            let media = wecom.hold(bytes, kind, named: name, of: corp)
            return line.isPicture
                ? .image(media: MediaID(media.id), pictureURL: "https://wework.qpic.cn/\(media.id)")
                : .file(media: MediaID(media.id), name: name)
        }
    }
}

extension Line {
    private static let pictureHead: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// True for every second file, which is a picture.
    var isPicture: Bool { number.isMultiple(of: 2) }

    /// The content of a file of that place: the line's name on a row of its own, then some thousand bytes of any kind.
    func file(_ place: Int = 0, isPicture: Bool) -> [UInt8] {
        var random = SeededNumbers(seed: UInt64(number) &+ UInt64(place) << 32)
        let rest = (0..<(150 + number % 500)).flatMap { _ in bytes(of: random.next()) }
        return (isPicture ? Line.pictureHead : []) + Array("\(self)\n".utf8) + rest
    }

    /// Reads the name in a file.
    package init?(file bytes: [UInt8]) {
        let isPicture = bytes.starts(with: Line.pictureHead)
        let name = bytes.dropFirst(isPicture ? Line.pictureHead.count : 0).prefix(200).prefix { $0 != 0x0A }
        self.init(String(decoding: name, as: UTF8.self))
    }
}

private func bytes(of number: UInt64) -> [UInt8] {
    stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
}
