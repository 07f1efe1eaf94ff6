/// The kind of a file, told by its bytes rather than by its name.
package enum MediaType: Sendable, Hashable, CaseIterable {
    case jpeg, png, gif, bmp, webp
    case mp4, quickTime
    case amr, silk, speex, ogg, wav, mp3
    case pdf, word, excel, powerPoint, zip, gzip
    /// UTF-8 without control characters, whatever language it is in.
    case text
    case unknown

    /// The type as in a `Content-Type` field.
    package var contentType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .bmp: "image/bmp"
        case .webp: "image/webp"
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .amr: "audio/amr"
        case .silk: "audio/silk"
        case .speex: "audio/speex"
        case .ogg: "audio/ogg"
        case .wav: "audio/wav"
        case .mp3: "audio/mpeg"
        case .pdf: "application/pdf"
        case .word: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .powerPoint: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .zip: "application/zip"
        case .gzip: "application/gzip"
        case .text: "text/plain"
        case .unknown: "application/octet-stream"
        }
    }

    /// The usual ending of such a file's name, without the dot; nil for what has none.
    package var fileExtension: String? {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .gif: "gif"
        case .bmp: "bmp"
        case .webp: "webp"
        case .mp4: "mp4"
        case .quickTime: "mov"
        case .amr: "amr"
        case .silk: "silk"
        case .speex: "spx"
        case .ogg: "ogg"
        case .wav: "wav"
        case .mp3: "mp3"
        case .pdf: "pdf"
        case .word: "docx"
        case .excel: "xlsx"
        case .powerPoint: "pptx"
        case .zip: "zip"
        case .gzip: "gz"
        case .text: "txt"
        case .unknown: nil
        }
    }
}
