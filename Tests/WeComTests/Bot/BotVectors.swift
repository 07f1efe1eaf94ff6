import Foundation
import JSON
import Testing
import WeCom

/// The known answers of `Fixtures/aibot.json`.
struct BotVector: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var id: String { self["id"] ?? "" }
    var kind: String { self["kind"] ?? "" }
    var testDescription: String { id }

    subscript(_ name: String) -> String? { json[name]?.string }
    func number(_ name: String) -> Int? { json[name]?.integer.map { Int($0) } }
    func text(_ name: String) throws -> String { try #require(self[name]) }

    /// The keys; the vectors of encryption alone have no token, and any does.
    func keys() throws -> CallbackKeys {
        try CallbackKeys(token: Secret(self["token"] ?? "any"), encodingAESKey: Secret(text("encoding_aes_key")))
    }

    func callback() throws -> Callback {
        Callback(
            signature: self["msg_signature"] ?? "", timestamp: self["timestamp"] ?? "0", nonce: self["nonce"] ?? "0",
            encrypted: try text("encrypt"))
    }

    /// The 16 bytes that it was sealed with.
    var random: [UInt8]? {
        self["random16_hex"].map { digits in
            let digits = digits.compactMap(\.hexDigitValue)
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        } ?? self["random16_ascii"].map { Array($0.utf8) }
    }
}

enum BotVectors {
    static let all: [BotVector] = {
        let url = Bundle.module.url(forResource: "aibot", withExtension: "json", subdirectory: "Fixtures")
        guard let url, let data = try? Data(contentsOf: url), let json = try? JSONValue(parsing: Array(data)) else {
            fatalError("Fixtures/aibot.json is missing or broken")
        }
        return (json["vectors"]?.array ?? []).map { BotVector(json: $0) }
    }()

    static func of(_ kinds: String...) -> [BotVector] { all.filter { kinds.contains($0.kind) } }

    /// The documents that a bot gets, and not an app.
    static let documents = of("post_decrypt").filter { $0["plaintext"]?.contains("aibotid") == true }
}
