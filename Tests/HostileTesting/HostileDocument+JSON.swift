extension HostileDocument {
    /// The same of JSON: an envelope may be that as well.
    package static func json(size: Int) -> [HostileDocument] {
        [
            HostileDocument("JSON: deep", "{\"a\":", repeating: { _ in "[" }, size: size),
            HostileDocument("JSON: zeros", "{\"a\":[0", repeating: { _ in ",0" }, "]}", size: size),
            HostileDocument("JSON: empty arrays", "{\"a\":[0", repeating: { _ in ",[]" }, "]}", size: size),
            HostileDocument("JSON: empty objects", "{\"a\":[0", repeating: { _ in ",{}" }, "]}", size: size),
            HostileDocument("JSON: empty texts", "{\"a\":[0", repeating: { _ in ",\"\"" }, "]}", size: size),
            HostileDocument("JSON: members", "{\"a\":0", repeating: { ",\"\(letters($0))\":0" }, "}", size: size),
            HostileDocument("JSON: the same member", "{\"a\":0", repeating: { _ in ",\"a\":0" }, "}", size: size),
            HostileDocument("JSON: a long number", "{\"a\":1", repeating: { _ in "0" }, "}", size: size),
            HostileDocument("JSON: a long fraction", "{\"a\":0.1", repeating: { _ in "1" }, "}", size: size),
            HostileDocument("JSON: escapes", "{\"a\":\"", repeating: { _ in "\\u4f60" }, "\"}", size: size),
            HostileDocument("JSON: half pairs", "{\"a\":\"", repeating: { _ in "\\ud83c" }, "\"}", size: size),
            HostileDocument("JSON: a long text", "{\"encrypt\":\"", repeating: { _ in "QUJD" }, "\"}", size: size),
            HostileDocument("JSON: half flags", "{\"encrypt\":\"", repeating: { _ in "🇦" }, "\"}", size: size),
            HostileDocument("JSON: spaces", "{", repeating: { _ in " " }, "}", size: size),
        ]
    }
}
