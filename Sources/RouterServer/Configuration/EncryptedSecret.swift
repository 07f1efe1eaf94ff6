import Crypto
import Text
import WeCom

/// A secret as it stands encrypted in a file: `ENC[AES256_GCM,data:…,iv:…,tag:…]`, the fields in base64 and in any order.
/// Read as well is `ENC[AES256_GCM,…]` with initial vector, data and tag in one piece of base64.
struct EncryptedSecret {
    private let sealed: AES256GCM.Sealed

    static let start = "ENC[AES256_GCM,"
    static let end = "]"

    /// True if a text is meant to be one, whether or not it can be read.
    static func isMeant(_ text: String) -> Bool { text.begins(with: "ENC[") }

    /// Nil for a text of another form.
    init?(_ text: String) {
        guard let rest = text.after(Self.start), rest.ends(with: Self.end) else { return nil }
        let fields = rest.dropLast(Self.end.count).pieces { $0 == UInt8(ascii: ",") }.map { String($0) }
        guard let sealed = fields.count == 1 ? Self.piece(fields[0]) : Self.named(fields) else { return nil }
        self.sealed = sealed
    }

    private static func piece(_ text: String) -> AES256GCM.Sealed? {
        let (vector, tag) = (AES256GCM.usualVectorLength, AES256GCM.tagLength)
        guard let bytes = Base64.decode(text), bytes.count >= vector + tag else { return nil }
        return AES256GCM.Sealed(
            ciphertext: Array(bytes[vector..<(bytes.count - tag)]), initialVector: Array(bytes[..<vector]),
            tag: Array(bytes[(bytes.count - tag)...]))
    }

    /// SOPS writes `type:str` behind the fields that count.
    private static func named(_ fields: [String]) -> AES256GCM.Sealed? {
        var values: [String: [UInt8]] = [:]
        for field in fields where field != "type:str" {
            guard let colon = field.utf8.firstIndex(of: UInt8(ascii: ":")),
                let bytes = Base64.decode(String(field[field.index(after: colon)...])),
                values.updateValue(bytes, forKey: String(field[..<colon])) == nil
            else { return nil }
        }
        guard values.count == 3, let data = values["data"], let vector = values["iv"], let tag = values["tag"],
            AES256GCM.vectorLengths.contains(vector.count), tag.count == AES256GCM.tagLength
        else { return nil }
        return AES256GCM.Sealed(ciphertext: data, initialVector: vector, tag: tag)
    }

    init(sealing plaintext: [UInt8], with key: SecretsKey) throws(CipherError) {
        sealed = try key.cipher.seal(plaintext)
    }

    var text: String {
        let fields: [(String, [UInt8])] = [
            ("data", sealed.ciphertext), ("iv", sealed.initialVector), ("tag", sealed.tag),
        ]
        return Self.start + fields.map { "\($0):\(Base64.encode($1))" }.joined(separator: ",") + Self.end
    }

    func plaintext(with key: SecretsKey) throws(CipherError) -> [UInt8] { try key.cipher.open(sealed) }
}

/// The key that secrets of a configuration are encrypted with.
struct SecretsKey: Sendable {
    let cipher: AES256GCM

    /// Takes 32 bytes in base64 or in hex digits; nil for another text.
    init?(_ secret: Secret) {
        let text = secret.reveal()
        guard let bytes = hexBytes(text) ?? Base64.decode(text), bytes.count == AES256GCM.keyLength else { return nil }
        cipher = AES256GCM(key: SecretBytes(bytes))
    }

    /// A new one, as it is written down.
    static func madeUp() -> String { Base64.encode(randomBytes(AES256GCM.keyLength)) }

    /// The variable that holds it.
    static let variable = "WECOM_ROUTER_SECRETS_KEY"
    /// The variable that holds the one that `secret rotate` changes to.
    static let newVariable = "WECOM_ROUTER_SECRETS_NEW_KEY"
    static let form = "32 bytes in base64, as `wecom-router secret key` prints them"
}

private func hexBytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 2 * AES256GCM.keyLength else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { digits[$0...].leadingHexByte }
    return bytes.count == AES256GCM.keyLength ? bytes : nil
}

extension Form where Value == Secret {
    static var secretsKey: Form {
        Form(placeholder: Secret("")) { text in
            SecretsKey(Secret(text)) == nil
                ? .mismatch("is no key: it must be \(SecretsKey.form)") : .fits(Secret(text))
        }
    }
}
