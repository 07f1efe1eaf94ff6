import Text

extension FieldPath {
    func requireFilled(_ text: String) throws(MessageFault) {
        if text.isEmpty { throw fault(.empty) }
    }

    func check(_ text: String, maxBytes: Int?) throws(MessageFault) {
        guard let maxBytes, text.utf8.count > maxBytes else { return }
        throw fault(.tooManyBytes(text.utf8.count, limit: maxBytes))
    }

    /// Characters are code points: no published limit says how a composed one counts, and this is the narrower reading.
    func check(_ text: String, characters: ClosedRange<Int>) throws(MessageFault) {
        let count = text.unicodeScalars.count
        guard count >= characters.lowerBound else {
            throw fault(.tooFewCharacters(count, least: characters.lowerBound))
        }
        guard count <= characters.upperBound else {
            throw fault(.tooManyCharacters(count, limit: characters.upperBound))
        }
    }

    func check(url: String, maxBytes: Int?) throws(MessageFault) {
        try check(url, maxBytes: maxBytes)
        // By bytes: a mark behind the second slash would be part of the same character.
        let scheme = ["http://", "https://"].first { url.begins(withAnyCaseOf: $0) }
        let host = scheme.flatMap { url.utf8.dropFirst($0.utf8.count).first }
        let isWhole = host.map { $0 != UInt8(ascii: "/") } ?? false
        guard isWhole, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw fault(.noURL) }
    }

    func checkTaskID(_ id: String) throws(MessageFault) {
        let others = Array("_-@".utf8)
        guard id.utf8.allSatisfy({ $0.isWordByte || others.contains($0) }) else {
            throw fault(.unfit("may hold only letters, digits, _, - and @"))
        }
    }

    func check(count: Int, _ allowed: ClosedRange<Int>) throws(MessageFault) {
        guard allowed.contains(count) else { throw fault(.wrongCount(count, allowed: allowed)) }
    }
}
