import WeCom

/// The room for pictures within one reply, as its files are looked at.
struct PictureRoom {
    private var left: Speech.Pictures?

    /// A picture for which there is none goes on its own, where a file of any kind may.
    init(within speech: Speech) { left = speech.files[.file] == nil ? speech.pictures : nil }

    /// Takes what a file of that kind needs. False if it has no room.
    mutating func take(_ kind: UploadKind, size: Int) -> Bool {
        guard kind == .image, let room = left else { return true }
        guard room.count > 0, size <= room.bytes else { return false }
        left = Speech.Pictures(count: room.count - 1, bytes: room.bytes - size)
        return true
    }
}

extension Part {
    var isPicture: Bool { if case .file(let file, _) = body { file.kind == .image } else { false } }
}
