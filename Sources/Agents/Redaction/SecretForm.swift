import Crypto
import Text

/// A secret in one of the ways it may be written, and how much of that is as good as all of it.
struct SecretForm: Sendable {
    var bytes: [UInt8]
    /// The number of bytes at its beginning or at its end that tell eight characters of the secret, or all of it.
    var least: (first: Int, last: Int)

    private static let told = 8

    /// Makes the forms of a secret: as it stands, where that `isPlain` enough to be looked for, in hexadecimal, and in
    /// base64 behind any bytes. If it is too long, of its two ends.
    static func all(of secret: some Collection<UInt8>, isPlain: Bool, longest: Int) -> [SecretForm] {
        let whole = Array(secret)
        guard whole.count <= longest else {
            return all(of: whole.prefix(longest), isPlain: isPlain, longest: longest)
                + all(of: whole.suffix(longest), isPlain: isPlain, longest: longest)
        }
        let encoded = [whole.hex] + (0..<3).map { base64(whole, behind: $0) }
        guard isPlain else { return encoded.map { SecretForm(bytes: $0, least: ($0.count, $0.count)) } }
        return plain(whole)
            + encoded.enumerated().map { index, bytes in
                // Eight characters are 16 digits, and eleven of base64's.
                let least = min(index == 0 ? 2 * told : 11, bytes.count)
                return SecretForm(bytes: bytes, least: (least, least))
            }
    }

    /// Percent-encoding is undone in what is searched, and so it is here: unless the secret only looks like that.
    private static func plain(_ secret: [UInt8]) -> [SecretForm] {
        let first = schemeLength(of: secret) + told
        let form = SecretForm(bytes: secret, least: (min(first, secret.count), told))
        let decoded = FoldedText(secret, .written).bytes
        guard decoded.count < secret.count else { return [form] }
        return [form, SecretForm(bytes: decoded, least: (decoded.count, decoded.count))]
    }

    /// `https://` tells nothing.
    private static func schemeLength(of secret: [UInt8]) -> Int {
        Needle("://").ranges(in: secret.prefix(16), atMost: 1).first?.upperBound ?? 0
    }

    /// Makes the part of the base64 that depends on nothing that stands before or behind.
    private static func base64(_ secret: [UInt8], behind count: Int) -> [UInt8] {
        let text = Array(Base64.encode(Array(repeating: 0, count: count) + secret).utf8)
        let whole = (count + secret.count) * 8 / 6
        return Array(text[(count * 8 + 5) / 6..<whole])
    }

    /// The same as a folding leaves it of a text. What looks like an escape here means itself.
    func folded(_ folding: Folding) -> SecretForm {
        func fold(_ part: some Sequence<UInt8>) -> [UInt8] {
            FoldedText(Array(part), folding, undoesEscapes: false).bytes
        }
        let (first, last) = (fold(bytes.prefix(least.first)).count, fold(bytes.suffix(least.last)).count)
        let whole = fold(bytes)
        return SecretForm(bytes: whole, least: (max(first, SecretForm.fewest), max(last, SecretForm.fewest)))
    }

    /// Fewer letters and digits than these are found everywhere.
    private static let fewest = 6
}
