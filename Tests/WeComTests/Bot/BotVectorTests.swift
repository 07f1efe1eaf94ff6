import Crypto
import HTTP
import JSON
import System
import Testing
import WeCom

@Suite struct BotVectorTests {
    @Test("every vector of the file is used, and each kind has some")
    func complete() {
        let counts = [
            "url_verify": 5, "post_decrypt": 10, "encrypt": 9, "encrypt_reply": 4, "signature": 1, "media_decrypt": 5,
            "negative": 11,
        ]
        #expect(BotVectors.all.count == 45)
        for (kind, count) in counts { #expect(BotVectors.of(kind).count == count, "\(kind)") }
    }

    @Test("a verification is answered with the bytes that were sealed", arguments: BotVectors.of("url_verify"))
    func verification(vector: BotVector) throws {
        let callback = try vector["query_string"].map { try Callback(verification: Query($0)) } ?? vector.callback()
        let opened = try callback.verified(by: vector.keys()).openEcho(with: vector.keys())
        #expect(String(decoding: opened.message, as: UTF8.self) == vector["expected_body"] ?? vector["plaintext"])
        #expect(opened.receiver == Array(try vector.text("receive_id").utf8))
        #expect(callback.signature == vector["msg_signature"])
    }

    @Test("a callback opens to its message and to whom it is for", arguments: BotVectors.of("post_decrypt"))
    func opens(vector: BotVector) throws {
        var callback = try vector.callback()
        if let body = vector["request_body"] {
            callback = try Callback(query: Query(callback.query), envelope: Envelope(body: Array(body.utf8)))
        }
        let opened = try callback.verified(by: vector.keys()).open(with: vector.keys())
        #expect(String(decoding: opened.message, as: UTF8.self) == vector["plaintext"])
        #expect(opened.message.count == vector.number("plaintext_bytes"))
        #expect(opened.receiver == Array(try vector.text("receive_id").utf8))
    }

    @Test(
        "the same message with the same randomness is sealed and signed to the byte",
        arguments: BotVectors.all.filter { $0.random != nil })
    func seals(vector: BotVector) throws {
        let sealed = try vector.keys().seal(
            message: Array(vector.text("plaintext").utf8), receiver: vector.text("receive_id"),
            timestamp: vector["timestamp"] ?? "0", nonce: vector["nonce"] ?? "0",
            random: try #require(vector.random))
        #expect(sealed.encrypted == vector["encrypt"])
        if let signature = vector["msg_signature"] { #expect(sealed.signature == signature) }
        if let body = vector["response_body"] {
            #expect(String(decoding: sealed.passiveJSONReply, as: UTF8.self) == body)
        }
        if let body = vector["request_body"] {
            let envelope = Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted)
            #expect(String(decoding: envelope.json, as: UTF8.self) == body)
        }
    }

    @Test("the signature is over the four texts in the order of their bytes", arguments: BotVectors.of("signature"))
    func signature(vector: BotVector) throws {
        let keys = try CallbackKeys(
            token: Secret(vector.text("token")), encodingAESKey: Secret(String(repeating: "x", count: 43)))
        #expect(keys.verified(try vector.callback()) != nil)
    }

    @Test("a file opens with its key, whether or not that has its padding", arguments: BotVectors.of("media_decrypt"))
    func media(vector: BotVector) throws {
        let key = try MediaKey(Secret(vector.text("aeskey")))
        let ciphertext = try #require(Base64.decode(vector.text("ciphertext_b64")))
        let file = try #require(Base64.decode(vector.text("plaintext_b64")))
        #expect(try key.open(ciphertext) == file)
        #expect(key.seal(file) == ciphertext)
        #expect(ciphertext.count - file.count == vector.number("pkcs7_pad"))
    }

    @Test("what must be refused is refused in its category", arguments: BotVectors.of("negative"))
    func refuses(vector: BotVector) throws {
        let expected: CallbackError =
            switch try vector.text("expect") {
            // One that is spelled in capitals is always refused.
            case "signature_mismatch", "accept_or_reject_but_be_consistent": .wrongSignature
            case "bad_padding": .wrongPadding
            case "bad_length": .wrongPlaintext
            case "bad_ciphertext": .wrongLength
            case "bad_base64": .wrongBase64
            case let other: throw UnknownCategory(name: other)
            }
        #expect(throws: expected) {
            _ = try vector.callback().verified(by: vector.keys()).open(with: vector.keys())
        }
        guard let right = vector["correct_encrypt"] else { return }
        let callback = try vector.callback()
        let mended = Callback(
            signature: callback.signature, timestamp: callback.timestamp, nonce: callback.nonce, encrypted: right)
        #expect(try mended.verified(by: vector.keys()).open(with: vector.keys()).receiver == [])
    }
}

private struct UnknownCategory: Error { let name: String }
