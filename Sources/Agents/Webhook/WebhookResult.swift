import JSON
import Router
import Text

/// All that a service has said of its answer.
struct WebhookResult: Equatable {
    var text = ""
    var files: [WebhookFile] = []
    var usage: Usage?

    /// Reads `{"text":"…","attachments":[…]}`; nil for what is no answer.
    init?(answer json: JSONValue) {
        guard json["text"]?.string != nil || json["attachments"]?.array != nil else { return nil }
        take(json)
    }

    init() {}

    mutating func take(_ json: JSONValue) {
        if let text = json["text"]?.string { self.text = String(text.beginning(bytes: WebhookResult.longestText)) }
        for file in json["attachments"]?.array ?? [] { take(file: file) }
        if let usage = json["usage"] { take(usage: usage) }
    }

    mutating func take(file json: JSONValue) {
        guard files.count < WebhookResult.mostFiles, let file = WebhookFile(json) else { return }
        files.append(file)
    }

    mutating func take(usage json: JSONValue) {
        guard case .object = json else { return }
        let dollars = json["cost"]?.double ?? 0
        usage = Usage(
            input: Int(clamping: max(json["input"]?.integer ?? 0, 0)),
            output: Int(clamping: max(json["output"]?.integer ?? 0, 0)),
            cached: Int(clamping: max(json["cached"]?.integer ?? 0, 0)),
            microdollars: Int(min(max(dollars, 0), 1_000_000) * 1_000_000))
    }

    static let longestText = 4 << 20
    private static let mostFiles = 20
}

/// A file that a service made: its bytes, or where they are.
struct WebhookFile: Equatable {
    enum Source: Equatable {
        case url(String)
        case base64(String)
    }

    let source: Source
    let name: String

    private static let longestURL = 4096

    /// Reads `{"url"|"base64","name","mime"}`; nil where there is neither.
    init?(_ json: JSONValue) {
        let named = json["name"]?.string?.onOneLine(atMost: 200) ?? ""
        if let text = json["base64"]?.string {
            source = .base64(text)
            name = named.isEmpty ? "file" : named
        } else if let url = json["url"]?.string, url.utf8.count <= WebhookFile.longestURL {
            source = .url(url)
            let path = url.pieces(atMost: 2) { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }[0]
            let last = path.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "/") }.dropFirst(2).last ?? ""
            name = named.isEmpty ? (last.isEmpty ? "file" : String(last).onOneLine(atMost: 200)) : named
        } else {
            return nil
        }
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
