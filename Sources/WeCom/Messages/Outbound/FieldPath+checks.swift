import Text

extension FieldPath {
    /// It must be there and hold something, of at most so many bytes.
    func require(_ text: String?, maxBytes: Int? = nil) throws(MessageFault) {
        guard let text else { throw fault(.missing) }
        guard !text.isEmpty else { throw fault(.empty) }
        try check(text, maxBytes: maxBytes)
    }

    /// It must hold something that people can see.
    func requireVisible(_ text: String, maxBytes: Int) throws(MessageFault) {
        guard text.hasWords else { throw fault(.empty) }
        try check(text, maxBytes: maxBytes)
    }

    func check(_ text: String?, maxBytes: Int?) throws(MessageFault) {
        guard let text, let maxBytes, text.utf8.count > maxBytes else { return }
        throw fault(.tooManyBytes(text.utf8.count, limit: maxBytes))
    }

    /// Characters are code points: no published limit says how a composed one counts, and this is the narrower reading.
    func check(_ text: String?, characters: ClosedRange<Int>) throws(MessageFault) {
        guard let count = text?.unicodeScalars.count else { return }
        guard count >= characters.lowerBound else {
            throw fault(.tooFewCharacters(count, least: characters.lowerBound))
        }
        guard count <= characters.upperBound else {
            throw fault(.tooManyCharacters(count, limit: characters.upperBound))
        }
    }

    func requireURL(_ url: String?, maxBytes: Int? = nil) throws(MessageFault) {
        try require(url, maxBytes: maxBytes)
        try check(url: url)
    }

    func check(url: String?, maxBytes: Int? = nil) throws(MessageFault) {
        guard let url else { return }
        try check(url, maxBytes: maxBytes)
        // By bytes: a mark behind the second slash would be part of the same character.
        let scheme = ["http://", "https://"].first { url.begins(withAnyCaseOf: $0) }
        let host = scheme.flatMap { url.utf8.dropFirst($0.utf8.count).first }
        let isWhole = host.map { $0 != UInt8(ascii: "/") } ?? false
        guard isWhole, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw fault(.noURL) }
    }

    func check(count: Int, _ allowed: ClosedRange<Int>) throws(MessageFault) {
        guard allowed.contains(count) else { throw fault(.wrongCount(count, allowed: allowed)) }
    }

    /// Checks how many there are, and each of them.
    func check(each parts: [some MessagePart], count: ClosedRange<Int>) throws(MessageFault) {
        try check(count: parts.count, count)
        for (index, part) in parts.enumerated() { try part.validate(at: self[index]) }
    }

    /// No two entries of this list may have the same `name`, nor one of those that are `taken` elsewhere.
    func checkUnique(
        _ name: String, _ values: [String?], apartFrom taken: Set<String> = []
    ) throws(MessageFault) {
        var seen = taken
        for (index, value) in values.enumerated() {
            guard let value else { continue }
            guard seen.insert(value).inserted else { throw self[index][name].fault(.repeated) }
        }
    }
}
