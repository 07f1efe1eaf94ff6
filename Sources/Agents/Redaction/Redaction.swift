import Router
import Text
package import WeCom

/// Hides what an agent was given to know and nobody else may see, in whatever is told of it: servers and programs do repeat
/// it, when they complain above all.
///
/// A secret of eight characters or more is found in any case; with other characters between its own; percent-encoded; in
/// base64, also that for URLs, wherever it begins; in hexadecimal; and cut at either end, as long as eight characters of
/// it are left. A piece of it that looks like a word (letters alone, fewer than twelve) counts where it ends as words do:
/// `production` does not turn `productivity` into a secret. A secret of six or seven is found as it stands and encoded, one
/// of four or five as it stands; both only where no letter or digit touches them. Shorter ones are words like any other.
///
/// The cost is linear in the text, however many secrets there are and however they repeat themselves.
package struct Redaction: Sendable {
    /// The text in a secret's place.
    static let mark = "<secret>"

    private let written: SecretFinder
    private let letters: SecretFinder
    /// Found as they stand: the short ones, which nothing may touch, and those too long to be known in other forms.
    private let short: [Needle]
    private let long: [Needle]

    private static let shortest = (anyhow: 4, encoded: 6, hidden: 8)
    /// No key has more bytes. A longer one is known whole, and by its beginning and its end.
    private static let longest = 4096

    package init(_ values: [String]) {
        let values = Set(values.filter(\.hasWords).map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
        let secrets = values.filter { $0.utf8.count >= Redaction.shortest.hidden }
        let few = values.filter {
            $0.utf8.count >= Redaction.shortest.anyhow && $0.utf8.count < Redaction.shortest.hidden
        }
        var forms = secrets.flatMap { SecretForm.all(of: $0.utf8, isPlain: true, longest: Redaction.longest) }
        for value in few where value.utf8.count >= Redaction.shortest.encoded {
            forms += SecretForm.all(of: value.utf8, isPlain: false, longest: Redaction.longest)
        }
        written = SecretFinder(forms, .written)
        letters = SecretFinder(forms, .letters)
        short = few.map { Needle($0) }
        long = secrets.filter { $0.utf8.count > Redaction.longest }.map { Needle($0) }
    }

    /// Their long words, if they have any: `Bearer` is no secret beside one.
    package init(_ secrets: [Secret]) {
        self.init(
            secrets.map { $0.reveal() }.flatMap { secret in
                let words = secret.words.map { String($0) }.filter { $0.utf8.count >= Redaction.shortest.hidden }
                return words.isEmpty ? [secret] : words
            })
    }

    /// The text without them. Comes before any cut, so that the cut has nothing to show of them.
    package func hidden(in text: String) -> String {
        let bytes = Array(text.utf8)
        var places = long.flatMap { $0.ranges(in: bytes) } + short.flatMap { standing($0.ranges(in: bytes), in: bytes) }
        if !written.isEmpty {
            places += written.places(in: bytes) + letters.places(in: bytes)
        }
        guard !places.isEmpty else { return text }
        return String(decoding: replacing(places, in: bytes), as: UTF8.self)
    }

    private func standing(_ places: [Range<Int>], in bytes: [UInt8]) -> [Range<Int>] {
        places.filter { !bytes.hasWordByte(at: $0.lowerBound - 1) && !bytes.hasWordByte(at: $0.upperBound) }
    }

    /// One mark for what touches or overlaps.
    private func replacing(_ places: [Range<Int>], in bytes: [UInt8]) -> [UInt8] {
        var (kept, end) = ([UInt8](), 0)
        for place in places.sorted(by: { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }) {
            if place.lowerBound > end || kept.isEmpty && end == 0 {
                kept += bytes[end..<place.lowerBound]
                kept += Redaction.mark.utf8
            }
            end = max(end, place.upperBound)
        }
        return kept + bytes[end...]
    }
}

extension Array<UInt8> {
    /// True if a letter or digit of ASCII stands there.
    func hasWordByte(at index: Int) -> Bool { indices.contains(index) && self[index].isWordByte }
}
