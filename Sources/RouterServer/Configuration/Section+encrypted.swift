import Crypto

extension Section {
    /// Reads the key that the secrets are encrypted with, if there is one.
    func readSecretsKey() {
        let faults = reading.faults.count
        guard let key = secret("secrets_key", .secretsKey) else {
            if reading.faults.count > faults { reading.secretsKey = .faulty }
            return
        }
        if let open = reading.openSecret, open.key == "secrets_key" {
            reading.fault(
                open.place, open.key,
                "is written out beside the secrets that it opens: set \(SecretsKey.variable), or write secrets_key_file"
            )
        }
        reading.secretsKey = SecretsKey(key).map { .known($0) } ?? .faulty
    }

    /// The text that was written, decrypted if that was encrypted; nil when it cannot be, which has been told.
    func plainText(of written: Written, _ name: String, isSecret: Bool) -> String? {
        guard EncryptedSecret.isMeant(written.text) else { return written.text }
        guard isSecret else {
            // Something that people read may begin so.
            guard EncryptedSecret(written.text) != nil else { return written.text }
            return complain("is encrypted, which only secrets can be: write it out")
        }
        guard let encrypted = EncryptedSecret(written.text) else {
            return complain(
                "begins with ENC[ and is not ENC[AES256_GCM,data:…,iv:…,tag:…]: copy it whole, as `wecom-router secret "
                    + "encrypt` prints it")
        }
        switch reading.secretsKey {
        case .faulty: return nil
        case .missing:
            return complain(
                "is encrypted, and there is no key: set \(SecretsKey.variable), or secrets_key_file to the path of a file "
                    + "that holds it")
        case .known(let key):
            guard let bytes = try? encrypted.plaintext(with: key), let text = String(validating: bytes, as: UTF8.self)
            else {
                return complain(
                    "cannot be decrypted: it was encrypted with another key, or a byte of it was changed; encrypt it anew, "
                        + "with `wecom-router secret encrypt`")
            }
            guard !text.isEmpty else { return complain("is encrypted, and empty") }
            return text
        }

        func complain(_ complaint: String) -> String? {
            reading.fault(written.place, path(name), complaint)
            return nil
        }
    }
}
