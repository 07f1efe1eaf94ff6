/// The kind that a file goes out as: how WeCom shows it, and what it asks of it.
package enum UploadKind: String, Sendable, CaseIterable {
    case image, voice, video, file

    /// Fewer bytes than this are an empty file to WeCom.
    package static let minSize = 6
    package static let longestVoice = Duration.seconds(60)

    package var maxSize: Int {
        switch self {
        case .image, .video: 10 << 20
        case .voice: 2 << 20
        case .file: 20 << 20
        }
    }

    /// The kind that shows a file best and takes one of its size; what is too large for it, or too long, goes as a file.
    /// `voiceLength` is how long a voice speaks, as far as that is known.
    package static func fitting(
        type: MediaType, size: Int, voiceLength: Duration? = nil
    ) throws(UploadFault) -> UploadKind {
        guard size >= minSize else { throw .tooSmall(size: size) }
        guard size <= UploadKind.file.maxSize else { throw .tooLarge(size: size, limit: UploadKind.file.maxSize) }
        let best = showing(type, voiceLength)
        return size <= best.maxSize ? best : .file
    }

    private static func showing(_ type: MediaType, _ voiceLength: Duration?) -> UploadKind {
        switch type {
        case .jpeg, .png: .image
        case .mp4: .video
        case .amr: voiceLength.map { $0 <= longestVoice } ?? false ? .voice : .file
        default: .file
        }
    }
}

/// The reason why WeCom would not take a file, whatever it goes as.
package enum UploadFault: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLarge(size: Int, limit: Int)
    case tooSmall(size: Int)

    package var description: String {
        switch self {
        case .tooLarge(let size, let limit):
            "it has \(size) bytes, and WeCom takes files of at most \(limit) (\(limit >> 20) MiB)"
        case .tooSmall(let size):
            "it has \(size) bytes, and WeCom takes no file of fewer than \(UploadKind.minSize)"
        }
    }
}
