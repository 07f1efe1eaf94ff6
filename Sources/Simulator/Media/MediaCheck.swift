/// WeCom's look at a file that is uploaded: its size, and whether it is what it claims to be.
struct MediaCheck {
    let kind: FakeMedia.Kind
    let bytes: ArraySlice<UInt8>

    func check() throws(Refusal) {
        guard !bytes.isEmpty else { throw Refusal(44001, "empty media data") }
        guard bytes.count > 5 else { throw Refusal(40006, "media is too small") }
        guard bytes.count <= kind.maxBytes else { throw Refusal(45001, "media size out of limit") }
        switch kind {
        case .image: guard isJPEG || isPNG else { throw Refusal(40004, "invalid media type") }
        case .video: guard isMP4 else { throw Refusal(40004, "invalid media type") }
        case .voice: try checkVoice()
        case .file: break
        }
    }

    private var isJPEG: Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }
    private var isPNG: Bool { bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) }
    private var isMP4: Bool { bytes.dropFirst(4).starts(with: "ftyp".utf8) }

    // MARK: Voice

    private static let amrHead = Array("#!AMR\n".utf8)
    /// The bytes of an AMR frame of 20 ms by its mode, the first byte included; 0 for modes that there are not.
    private static let amrFrameSizes = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1]
    private static let mostFrames = 60 * 50

    private func checkVoice() throws(Refusal) {
        guard bytes.starts(with: MediaCheck.amrHead) else { throw Refusal(301017, "voice must be AMR") }
        var frames = 0
        var position = bytes.startIndex + MediaCheck.amrHead.count
        while position < bytes.endIndex {
            let size = MediaCheck.amrFrameSizes[Int(bytes[position] >> 3 & 15)]
            guard size > 0 else { throw Refusal(301016, "a frame of voice is none") }
            position += size
            frames += 1
        }
        guard frames <= MediaCheck.mostFrames else { throw Refusal(45007, "voice is longer than 60 s") }
    }
}

extension FakeMedia.Kind {
    var maxBytes: Int {
        switch self {
        case .image, .video: 10 << 20
        case .voice: 2 << 20
        case .file: 20 << 20
        }
    }
}
