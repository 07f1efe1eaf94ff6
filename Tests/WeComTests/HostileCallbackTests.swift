import Crypto
import SeededTesting
import Testing
import WeCom

/// Whatever is changed, at whatever layer, a callback that was changed is refused and nothing traps.
@Suite struct HostileCallbackTests {
    private static let rawKey = SecretBytes((0..<32).map { UInt8($0) })
    private let keys: CallbackKeys
    private let cipher = AES256CBC(key: Self.rawKey, initialVector: Self.rawKey.prefix(16))
    private let message = Array("<xml><ToUserName>ww1</ToUserName><CreateTime>1</CreateTime></xml>".utf8)

    init() throws {
        let key = Base64.encode(Self.rawKey.copy()).dropLast()
        keys = try CallbackKeys(token: Secret("token"), encodingAESKey: Secret(String(key)))
    }

    @Test("a ciphertext changed at random does not verify")
    func changedCiphertext() throws {
        var random = SeededNumbers()
        let good = keys.seal(message: message, receiver: "ww1", timestamp: "1", nonce: "2")
        for _ in 0..<2000 {
            let text = random.changed(Array(good.encrypted.utf8))
            let callback = Callback(
                signature: good.signature,
                timestamp: "1",
                nonce: "2",
                encrypted: String(decoding: text, as: UTF8.self)
            )
            #expect(throws: CallbackError.wrongSignature, "seed \(random.seed)") {
                try callback.open(with: keys, receiver: "ww1")
            }
        }
    }

    @Test("garbage that is signed right is opened or refused, and never traps")
    func signedGarbage() {
        var random = SeededNumbers()
        for _ in 0..<2000 {
            let bytes = random.bytes(Int.random(in: 0..<160, using: &random))
            let text = Bool.random(using: &random) ? Base64.encode(bytes) : String(decoding: bytes, as: UTF8.self)
            #expect(throws: CallbackError.self, "seed \(random.seed)") {
                try signed(text).open(with: keys, receiver: "ww1")
            }
        }
    }

    @Test("a plaintext changed at random opens to no message of another length, and never traps")
    func changedPlaintext() throws {
        var random = SeededNumbers()
        let sealed = keys.seal(message: message, receiver: "ww1", timestamp: "1", nonce: "2")
        let plaintext = try cipher.decrypt(try #require(Base64.decode(sealed.encrypted)))
        for _ in 0..<2000 {
            let changed = random.changed(plaintext)
            let whole = changed.dropLast(changed.count % 16)
            let callback = try signed(Base64.encode(cipher.encrypt(Array(whole))))
            guard let opened = try? callback.open(with: keys, receiver: "ww1") else { continue }
            #expect(opened.count == message.count, "seed \(random.seed)")
        }
    }

    @Test(
        "a length field is believed only when it fits, whatever it says",
        arguments: [
            0, 1, 64, 66, 67, 68, 69, 96, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFEC, 0xFFFF_FFFF,
        ] as [UInt32]
    )
    func lengthField(length: UInt32) throws {
        #expect(message.count == 65)
        var plaintext = [UInt8](repeating: 9, count: 16)
        for shift: UInt32 in [24, 16, 8, 0] { plaintext.append(UInt8(truncatingIfNeeded: length >> shift)) }
        plaintext += message + Array("ww1".utf8)
        let padding = 32 - plaintext.count % 32
        plaintext += [UInt8](repeating: UInt8(padding), count: padding)
        let callback = try signed(Base64.encode(cipher.encrypt(plaintext)))
        let expected: CallbackError = length <= 68 ? .wrongReceiver : .wrongPlaintext
        #expect(throws: expected) { try callback.open(with: keys, receiver: "ww1") }
    }

    @Test("an opened message changed at random is read or refused, and never traps")
    func changedMessage() {
        var random = SeededNumbers()
        let document = Array(
            """
            <xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName>a/b</FromUserName><CreateTime>1</CreateTime>\
            <MsgType>text</MsgType><Content>&lt;你好&gt;</Content><MsgId>7</MsgId><AgentID>1</AgentID></xml>
            """.utf8
        )
        var read = 0
        for _ in 0..<4000 where (try? InboundMessage(xml: random.changed(document))) != nil { read += 1 }
        #expect(read < 4000, "seed \(random.seed)")
    }

    /// A callback around any ciphertext, signed as the holder of the token would.
    private func signed(_ encrypted: String) -> Callback {
        let parts = ["token", "1", "2", encrypted].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let digits = Array("0123456789abcdef")
        let signature = sha1(Array(parts.joined().utf8)).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
        return Callback(signature: signature.joined(), timestamp: "1", nonce: "2", encrypted: encrypted)
    }
}

extension SeededNumbers {
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// `bytes` with one to three of them replaced, removed or doubled; never the same as before.
    mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
        var changed = bytes
        repeat {
            for _ in 0..<Int.random(in: 1...3, using: &self) {
                let place = Int.random(in: 0..<changed.count, using: &self)
                switch Int.random(in: 0..<4, using: &self) {
                case 0: changed.remove(at: place)
                case 1: changed.insert(changed[place], at: place)
                default: changed[place] = UInt8.random(in: 0...255, using: &self)
                }
            }
        } while changed == bytes
        return changed
    }
}
