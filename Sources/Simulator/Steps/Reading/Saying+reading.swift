import Crypto
import Text
package import WeCom

extension Step.Saying {
    private static let contents = ["text", "image", "file", "video", "voice", "location"]

    /// Alone, it is a text for whoever is meant where nobody is named.
    init(_ written: Written, _ limits: WrittenFields.Limits) throws(StepFault) {
        if case .text(let text, _) = written.content {
            guard (1...WrittenFields.longestText).contains(text.utf8.count) else {
                throw StepFault(written.line, "say takes a text of 1 to \(WrittenFields.longestText) bytes")
            }
            self.init(who: .init(), chat: nil, content: .text(text))
            return
        }
        var fields = try WrittenFields(written, of: "say")
        let who = try Step.Who(&fields)
        let chat = try fields.name("chat")
        var contents: [Content] = []
        if let text = try fields.text("text") { contents.append(.text(text)) }
        for kind in [FakeMedia.Kind.image, .file, .video] {
            if let value = fields.value(kind.rawValue) {
                contents.append(.file(kind, try Step.FileSource(value, of: "say.\(kind.rawValue)", limits)))
            }
        }
        if let words = try fields.text("voice", most: 2048) { contents.append(.voice(words)) }
        if let place = try fields.text("location", most: 1024) {
            guard let location = InboundMessage.Location(written: place) else {
                throw fields.fault(
                    "location", "must be a latitude and a longitude, as in 23.1,113.3, and perhaps a name")
            }
            contents.append(.location(location))
        }
        try fields.finish()
        guard contents.count == 1, let content = contents.first else {
            throw StepFault(written.line, "say takes one of \(Self.contents.joined(separator: ", "))")
        }
        self.init(who: who, chat: chat, content: content)
    }
}

extension Step.FileSource {
    private static let mostBytes = 20 << 20

    /// A path, or a name with a text or with bytes in base64.
    fileprivate init(_ written: Written, of name: String, _ limits: WrittenFields.Limits) throws(StepFault) {
        if case .text(let path, _) = written.content, limits.takesPaths, !path.isEmpty {
            self = .path(path)
            return
        }
        guard case .fields = written.content else {
            throw StepFault(written.line, "\(name) takes name and text, or name and base64")
        }
        var fields = try WrittenFields(written, of: name)
        let fileName = try fields.name("name")
        let text = try fields.text("text", most: Self.mostBytes)
        let base64 = try fields.text("base64", most: Self.mostBytes * 4 / 3 + 4)
        try fields.finish()
        guard let fileName else { throw fields.fault("name", "is missing") }
        guard (text == nil) != (base64 == nil) else { throw fields.fault("text", "or base64 is due, and not both") }
        guard let bytes = text.map({ Array($0.utf8) }) ?? base64.flatMap({ Base64.decode($0) }) else {
            throw fields.fault("base64", "is no base64")
        }
        guard (6...Self.mostBytes).contains(bytes.count) else {
            throw StepFault(written.line, "\(name) must have 6 bytes to 20 MB, as WeCom takes them")
        }
        self = .given(name: fileName, bytes)
    }
}

extension InboundMessage.Location {
    /// Reads a place as people write it: `LATITUDE,LONGITUDE [NAME]`.
    package init?(written text: String) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = words[0].split(separator: ",", omittingEmptySubsequences: false).map { Double(degrees: $0) }
        guard numbers.count == 2, let latitude = numbers[0], let longitude = numbers[1],
            let coordinates = InboundMessage.Coordinates(latitude: latitude, longitude: longitude),
            words.last?.isEmpty == false
        else { return nil }
        self.init(coordinates, scale: 15, label: words.count > 1 ? String(words[1]) : nil)
    }
}

extension Double {
    /// Reads up to three digits, perhaps behind a minus sign, and perhaps up to ten more behind a point.
    fileprivate init?(degrees text: Substring) {
        let parts = (text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text)
            .split(separator: ".", omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard (1...2).contains(parts.count), parts.allSatisfy({ (1...10).contains($0.utf8.count) }),
            parts.allSatisfy({ $0.utf8.allSatisfy(digits.contains) }), (1...3).contains(parts[0].utf8.count),
            parts[0].utf8.count == 1 || parts[0].utf8.first != UInt8(ascii: "0")
        else { return nil }
        self.init(text)
    }
}
