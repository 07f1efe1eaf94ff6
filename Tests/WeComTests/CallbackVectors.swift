import Foundation
import JSON
import Testing
import WeCom

/// The known answers of `Fixtures/app-callback.json`.
struct CallbackVector: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var id: String { json["id"]?.string ?? "" }
    var kind: String { json["kind"]?.string ?? "" }
    var testDescription: String { id }

    /// The text at a path of member names.
    func text(_ path: String...) -> String? { path.reduce(json) { $0?[$1] }?.string }
    func number(_ path: String...) -> Int? { path.reduce(json) { $0?[$1] }?.integer.map { Int($0) } }

    var receiver: String { text("config", "receiveid") ?? "" }
    var timestamp: String { text("query", "timestamp") ?? text("input", "timestamp") ?? "0" }
    var nonce: String { text("query", "nonce") ?? text("input", "nonce") ?? "0" }
    /// The base64 text under the signature.
    var encrypted: String { text("encrypt") ?? text("query", "echostr") ?? text("expect", "encrypt") ?? "" }

    /// The keys; the vendor's vectors of encryption alone have no token, and any does.
    func keys() throws -> CallbackKeys {
        try CallbackKeys(
            token: Secret(text("config", "token") ?? "any"),
            encodingAESKey: Secret(text("config", "encoding_aes_key") ?? "")
        )
    }

    func callback() -> Callback {
        Callback(
            signature: text("query", "msg_signature") ?? "",
            timestamp: timestamp,
            nonce: nonce,
            encrypted: encrypted
        )
    }
}

enum CallbackVectors {
    /// The vectors that must open, by the vendor's hand and by ours.
    static let sealed = all.filter { ["url_verification", "message_xml", "message_json"].contains($0.kind) }
    static let verifications = all.filter { $0.kind == "url_verification" }
    static let posted = all.filter { ["message_xml", "message_json"].contains($0.kind) }
    static let encryptions = all.filter { $0.kind == "encrypt" }
    static let rejects = group("reject")

    private static let all = group("vectors") + group("derived")

    private static let file: JSONValue = {
        let url = Bundle.module.url(forResource: "app-callback", withExtension: "json", subdirectory: "Fixtures")
        guard let url, let data = try? Data(contentsOf: url), let json = try? JSONValue(parsing: Array(data)) else {
            fatalError("Fixtures/app-callback.json is missing or broken")
        }
        return json
    }()

    private static func group(_ name: String) -> [CallbackVector] {
        (file[name]?.array ?? []).map { CallbackVector(json: $0) }
    }
}
