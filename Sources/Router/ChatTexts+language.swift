import System
import Text

// What our texts are filled with, in the language of the person who reads them.

extension ChatTexts {
    /// Stands between the members of a list.
    var listSeparator: String { language == .chinese ? "、" : ", " }

    /// Stands between a word and what it means.
    var colon: String { language == .chinese ? "：" : ": " }

    /// Stands behind what is cut, which had so many characters.
    func mark(ofCut count: Int) -> String {
        language == .chinese ? "…（共 \(count) 字）" : "… (\(count) characters in all)"
    }

    /// A time as people say it: `42 秒`, `3 分钟`, `1 小时 5 分钟`. Seconds count up to two minutes.
    func words(for time: Duration) -> String {
        let seconds = max(0, time.inMilliseconds / 1000)
        let (hour, minute, second) = language == .chinese ? ("小时", "分钟", "秒") : ("h", "min", "s")
        if seconds < 120 { return "\(seconds) \(second)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let parts = [hours > 0 ? "\(hours) \(hour)" : nil, minutes > 0 ? "\(minutes) \(minute)" : nil]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    /// Tells a number of bytes in the largest unit of which it has one: `20 MB`, `9 字节`.
    func words(forSize bytes: Int) -> String {
        if bytes >= 1 << 20 { return "\(bytes >> 20) MB" }
        if bytes >= 1 << 10 { return "\(bytes >> 10) KB" }
        return "\(bytes) \(language == .chinese ? "字节" : "bytes")"
    }

    /// The name by which a person knows something that they sent. Of all but a file it is ours.
    func name(of media: SentMedia) -> String {
        if media.kind == .file, let name = media.name, name.hasWords { return name }
        return name(of: media.kind)
    }

    func name(of kind: SentMedia.Kind) -> String {
        switch (kind, language) {
        case (.image, .chinese): "图片"
        case (.voice, .chinese): "语音"
        case (.video, .chinese): "视频"
        case (.file, .chinese): "文件"
        case (.image, .english): "picture"
        case (.voice, .english): "recording"
        case (.video, .english): "video"
        case (.file, .english): "file"
        }
    }
}

extension ChatTexts.Language {
    /// Chooses between both forms of a text.
    package func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }

    /// True if a text is in this language as far as its letters tell: other agents' words are not shown among ours.
    func has(_ text: String) -> Bool {
        var (chinese, words, isInWord) = (0, 0, false)
        for scalar in text.beginning(bytes: 4096).unicodeScalars {
            let isLatin = scalar.isASCII && scalar.properties.isAlphabetic
            if isLatin, !isInWord { words += 1 }
            isInWord = isLatin
            if (0x4E00...0x9FFF).contains(scalar.value) { chinese += 1 }
        }
        return self == .chinese ? chinese > 2 * words : chinese == 0
    }
}
