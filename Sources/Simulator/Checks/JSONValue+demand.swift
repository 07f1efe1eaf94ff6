import JSON

/// Checks what a request must say, with the code by which WeCom complains where it does not.
extension JSONValue {
    /// A text that must be there and not be empty.
    func demand(
        _ name: String, or code: Int64, atMost limit: Int = .max, else tooLong: Int64 = 45002
    )
        throws(Refusal) -> String
    {
        guard let text = try optional(name, atMost: limit, else: tooLong), !text.isEmpty else {
            throw Refusal(code, "\(name) missing")
        }
        return text
    }

    /// A text that may be missing.
    func optional(_ name: String, atMost limit: Int = .max, else tooLong: Int64 = 45002) throws(Refusal) -> String? {
        guard let field = self[name], field != .null else { return nil }
        guard let text = field.string else { throw Refusal(40058, "\(name) must be a string") }
        guard text.utf8.count <= limit else { throw Refusal(tooLong, "\(name) is longer than \(limit) bytes") }
        return text
    }

    /// A URL with its scheme.
    func demandURL(_ name: String, or code: Int64, atMost limit: Int = 2048) throws(Refusal) {
        _ = try demand(name, or: code, atMost: limit, else: 40039)
        try checkURL(name, atMost: limit)
    }

    func checkURL(_ name: String, atMost limit: Int = 2048) throws(Refusal) {
        guard let url = try optional(name, atMost: limit, else: 40039), !url.isEmpty else { return }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Refusal(45034, "\(name) has no scheme")
        }
    }

    func demandObject(_ name: String, or code: Int64) throws(Refusal) -> JSONValue {
        guard let field = self[name], case .object = field else { throw Refusal(code, "\(name) missing") }
        return field
    }

    func optionalObject(_ name: String) throws(Refusal) -> JSONValue? {
        guard let field = self[name], field != .null else { return nil }
        guard case .object = field else { throw Refusal(40058, "\(name) must be an object") }
        return field
    }

    /// A list of so many entries.
    func demandList(_ name: String, _ count: ClosedRange<Int>, or code: Int64) throws(Refusal) -> [JSONValue] {
        guard let list = self[name]?.array, count.contains(list.count) else {
            throw Refusal(code, "\(name) must have \(count.lowerBound) to \(count.upperBound) entries")
        }
        return list
    }

    func optionalList(_ name: String, atMost limit: Int, or code: Int64) throws(Refusal) -> [JSONValue] {
        guard let field = self[name], field != .null else { return [] }
        return try demandList(name, 0...limit, or: code)
    }

    /// A number out of a few; `fallback` where it is missing.
    func choice(
        _ name: String, _ range: ClosedRange<Int64>, otherwise fallback: Int64, or code: Int64 = 40058
    ) throws(Refusal) -> Int64 {
        guard let field = self[name], field != .null else { return fallback }
        guard let number = field.integer, range.contains(number) else {
            throw Refusal(code, "\(name) must be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension JSONValue {
    /// Texts that must differ.
    static func demandDifferent(_ texts: [String], or code: Int64, _ what: String) throws(Refusal) {
        guard Set(texts).count == texts.count else { throw Refusal(code, "\(what) must differ") }
    }
}
