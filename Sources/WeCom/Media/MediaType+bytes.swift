import Text

extension MediaType {
    /// The number of first bytes of a file that are looked at.
    package static let bytesLookedAt = 512

    /// Tells a file by its first bytes; `name` decides only what its bytes leave open, which Office document a ZIP is.
    package init(firstBytes bytes: [UInt8], name: String = "") {
        let start = FileStart(Array(bytes.prefix(Self.bytesLookedAt)))
        if start.has("PK\u{3}\u{4}") || start.has("PK\u{5}\u{6}") {
            self = MediaType.office(name) ?? .zip
        } else {
            self = MediaType.image(start) ?? MediaType.film(start) ?? MediaType.sound(start) ?? MediaType.other(start)
        }
    }

    private static func office(_ name: String) -> MediaType? {
        let name = name.lowercasedASCII
        return [.word, .excel, .powerPoint].first { type in
            type.fileExtension.map { name.ends(with: ".\($0)") } ?? false
        }
    }

    private static func image(_ start: FileStart) -> MediaType? {
        if start.has([0xFF, 0xD8, 0xFF]) { return .jpeg }
        if start.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if start.has("GIF87a") || start.has("GIF89a") { return .gif }
        if start.has("RIFF"), start.has("WEBP", at: 8) { return .webp }
        // Two letters are too few: reserved bytes that are zero, and the size of a header that exists.
        if start.has("BM"), start.has([0, 0, 0, 0], at: 6), start.has([0, 0, 0], at: 15) {
            return [12, 40, 52, 56, 64, 108, 124].contains(start[14]) ? .bmp : nil
        }
        return nil
    }

    /// The same container holds sound, and pictures of some phones: its brand tells.
    private static func film(_ start: FileStart) -> MediaType? {
        guard start.has("ftyp", at: 4), let brand = start.text(at: 8, count: 4) else { return nil }
        switch brand {
        case "qt  ": return .quickTime
        case "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "avc1", "M4V ",
            "MSNV", "mmp4", "dash", "f4v ":
            return .mp4
        default: return .unknown
        }
    }

    private static func sound(_ start: FileStart) -> MediaType? {
        if start.has("#!AMR\n") { return .amr }
        if start.has("#!SILK_V3") || start.has("\u{2}#!SILK_V3") { return .silk }
        if start.has("OggS") { return start.has("Speex   ", at: 28) ? .speex : .ogg }
        if start.has("RIFF"), start.has("WAVE", at: 8) { return .wav }
        return start.has("ID3") || start.isMP3Frame ? .mp3 : nil
    }

    private static func other(_ start: FileStart) -> MediaType {
        if start.has("%PDF-") { return .pdf }
        if start.has([0x1F, 0x8B, 0x08]) { return .gzip }
        return start.isText ? .text : .unknown
    }
}

/// The first bytes of a file, read without ever reaching beyond them.
private struct FileStart {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    subscript(place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

    func has(_ text: String, at place: Int = 0) -> Bool { has(Array(text.utf8), at: place) }
    func has(_ mark: [UInt8], at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: mark) }

    func text(at place: Int, count: Int) -> String? {
        guard bytes.count >= place + count else { return nil }
        return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
    }

    /// The header of an MPEG frame of layer III, none of whose fields has a forbidden value.
    var isMP3Frame: Bool {
        guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return false }
        let (version, layer) = (bytes[1] >> 3 & 3, bytes[1] >> 1 & 3)
        let (bitRate, sampleRate) = (bytes[2] >> 4, bytes[2] >> 2 & 3)
        return version != 1 && layer == 1 && bitRate != 0 && bitRate != 15 && sampleRate != 3
    }

    /// A character that is cut off where we stopped reading is no objection.
    var isText: Bool {
        guard !bytes.isEmpty, bytes.allSatisfy(isAllowedInText) else { return false }
        let isCut = bytes.count == MediaType.bytesLookedAt
        return (0...(isCut ? 3 : 0)).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }

    private func isAllowedInText(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || (0x09...0x0D).contains(byte)
    }
}
