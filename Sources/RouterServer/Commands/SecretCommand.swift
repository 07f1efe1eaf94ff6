import Crypto
import System
import Text
import WeCom

enum SecretCommand: Command {
    static let summary = "encrypt secrets for the configuration, change their key"

    static let help = CommandHelp(
        "secret",
        """
        Usage: wecom-router secret encrypt [--key-file FILE] < SECRET
               wecom-router secret rotate [--key-file FILE] [--new-key-file FILE] < config.yaml > new.yaml
               wecom-router secret key

        Secrets of the configuration may stand in it encrypted, as ENC[AES256_GCM,data:…,iv:…,tag:…].

        encrypt  prints what stands on standard input in that form, without the end of its line
        rotate   prints standard input, a whole configuration or one value, with everything of that form encrypted with
                 the new key. Nothing is printed if a value cannot be decrypted
        key      prints a new key, 32 random bytes in base64

        The key is in WECOM_ROUTER_SECRETS_KEY, and the new one in WECOM_ROUTER_SECRETS_NEW_KEY, or in a file:

          --key-file FILE      holds the key
          --new-key-file FILE  holds the new key

        """)

    /// Larger configurations are not read either.
    private static let largestInput = 16 << 20

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 1)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let verbs = help.verbs
        switch options.operands.first {
        case "encrypt": context.print(try encrypted(key(of: context, options), input()) + "\n")
        case "rotate":
            context.print(try rotated(input(), from: key(of: context, options), to: newKey(of: context, options)))
        case "key": context.print(SecretsKey.madeUp() + "\n")
        case let verb?:
            throw UsageError("secret cannot \(shown(verb)); \(hint(for: verb, among: verbs))", command: "secret")
        case nil: throw UsageError("say \(verbs.joined(separator: ", ")).", command: "secret")
        }
        return .done
    }

    // MARK: Deeds

    private static func encrypted(_ key: SecretsKey, _ input: String) throws -> String {
        let secret = input.withoutLineEnd
        guard !secret.isEmpty else { throw SecretFault("standard input holds no secret") }
        return try EncryptedSecret(sealing: Array(secret.utf8), with: key).text
    }

    /// The same text, with what is encrypted in it encrypted anew.
    private static func rotated(_ text: String, from old: SecretsKey, to new: SecretsKey) throws -> String {
        guard text.has(EncryptedSecret.start) else {
            throw SecretFault("standard input holds nothing that is encrypted")
        }
        return try text.lines.enumerated().map { number, line in
            try rotated(line: line, number + 1, from: old, to: new)
        }.joined(separator: "\n")
    }

    private static func rotated(
        line: Substring, _ number: Int, from old: SecretsKey, to new: SecretsKey
    ) throws -> String {
        var (done, rest) = ("", line)
        while let (before, behind) = rest.cut(around: EncryptedSecret.start) {
            guard let (fields, others) = behind.cut(around: EncryptedSecret.end),
                let secret = EncryptedSecret(EncryptedSecret.start + fields + EncryptedSecret.end)
            else { throw SecretFault("line \(number) has an ENC[ that is not ENC[AES256_GCM,data:…,iv:…,tag:…]") }
            guard let plain = try? secret.plaintext(with: old) else {
                throw SecretFault(
                    "line \(number) has a value that was encrypted with another key than the old one, or was changed")
            }
            done += before + (try EncryptedSecret(sealing: plain, with: new).text)
            rest = others
        }
        return done + rest
    }

    // MARK: What they need

    private static func input() throws -> String {
        if StandardInput.isTerminal {
            complain("write or paste it (it is shown), and end with Enter and Ctrl-D")
        }
        let bytes = try StandardInput.whole(limit: largestInput)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SecretFault("standard input holds no text in UTF-8")
        }
        return text
    }

    private static func key(of context: CommandContext, _ options: Options) throws -> SecretsKey {
        try key(context, options.value("--key-file"), SecretsKey.variable, option: "--key-file")
    }

    private static func newKey(of context: CommandContext, _ options: Options) throws -> SecretsKey {
        try key(context, options.value("--new-key-file"), SecretsKey.newVariable, option: "--new-key-file")
    }

    private static func key(
        _ context: CommandContext, _ file: String?, _ variable: String, option: String
    ) throws -> SecretsKey {
        let (text, place): (String, String)
        if let file {
            text = String(decoding: try readFile(file, limit: 4096), as: UTF8.self)
            place = file
        } else if let value = context.environment[variable], !value.isEmpty {
            text = value
            place = variable
        } else {
            throw UsageError("there is no key: set \(variable), or give \(option).", command: "secret")
        }
        guard let key = SecretsKey(Secret(trimmed(text))) else {
            throw SecretFault("\(place) holds no key: it must be \(SecretsKey.form)")
        }
        return key
    }
}

/// The reason why a secret could not be encrypted or decrypted. It repeats none.
struct SecretFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension String {
    /// As an editor or `echo` ends a text.
    fileprivate var withoutLineEnd: String {
        let end = utf8.last == UInt8(ascii: "\n") ? (utf8.dropLast().last == UInt8(ascii: "\r") ? 2 : 1) : 0
        return String(decoding: utf8.dropLast(end), as: UTF8.self)
    }
}
