import Crypto
import HTTP
import Testing
import WeCom

@Suite struct CallbackTests {
    private let keys: CallbackKeys

    init() throws {
        keys = try CallbackKeys(
            token: Secret("QDG6eK"),
            encodingAESKey: Secret("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
        )
    }

    private func sealed(_ message: [UInt8] = Array("hello".utf8), receiver: String = "ww1") -> Callback {
        keys.seal(message: message, receiver: receiver, timestamp: "1409659589", nonce: "263014780")
    }

    @Test(
        "a query without one of its parts is refused by the part's name",
        arguments: ["msg_signature", "timestamp", "nonce"]
    )
    func missing(name: String) {
        let parts = ["msg_signature=a", "timestamp=b", "nonce=c", "echostr=d"].filter { !$0.hasPrefix(name) }
        for query in [parts.joined(separator: "&"), (parts + ["\(name)="]).joined(separator: "&")] {
            #expect(throws: CallbackError.missingParameter(name)) { try Callback(verification: Query(query)) }
        }
    }

    @Test("each of the signed texts counts for the signature, and each place of it")
    func signature() {
        let good = sealed()
        #expect(keys.verified(good) != nil)
        func changed(_ signature: String? = nil, time: String? = nil, nonce: String? = nil, text: String? = nil) -> Bool
        {
            let callback = Callback(
                signature: signature ?? good.signature,
                timestamp: time ?? good.timestamp,
                nonce: nonce ?? good.nonce,
                encrypted: text ?? good.encrypted
            )
            return keys.verified(callback) != nil
        }
        for place in 0..<40 {
            var digits = Array(good.signature)
            digits[place] = digits[place] == "0" ? "1" : "0"
            #expect(!changed(String(digits)))
        }
        #expect(!changed(""))
        #expect(!changed(good.signature.uppercased()))
        #expect(!changed(good.signature + "0"))
        #expect(!changed(time: "1409659588") && !changed(nonce: "263014781") && !changed(text: good.encrypted + "A"))
    }

    @Test(
        "texts are signed in the order of their bytes, wherever the token falls",
        arguments: ["", "A", "QDG6eK", "QDG6eKx", "z", "é"]
    )
    func order(nonce: String) {
        let parts = ["QDG6eK", "15", nonce, "é="].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let digits = Array("0123456789abcdef")
        let signature = sha1(Array(parts.joined().utf8)).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
        let callback = Callback(signature: signature.joined(), timestamp: "15", nonce: nonce, encrypted: "é=")
        #expect(keys.verified(callback) != nil)
    }

    @Test("a callback of every length of message opens again", arguments: 0..<70)
    func lengths(count: Int) throws {
        let message = (0..<count).map { UInt8($0) }
        #expect(try sealed(message).open(with: keys, receiver: "ww1") == message)
    }

    @Test("sealing twice gives different ciphertexts")
    func freshness() {
        #expect(sealed().encrypted != sealed().encrypted)
    }

    @Test(
        "only the very receiver may open",
        arguments: [("ww1", "ww2"), ("ww1", ""), ("", "ww1"), ("ww1", "ww11"), ("ww11", "ww1"), ("ww1", "WW1")]
    )
    func receiver(sealedFor: String, opener: String) throws {
        let callback = sealed(receiver: sealedFor)
        #expect(throws: CallbackError.wrongReceiver) { try callback.open(with: keys, receiver: opener) }
        #expect(try callback.open(with: keys, receiver: sealedFor) == Array("hello".utf8))
    }

    @Test(
        "who opens a callback learns for whom it is sealed, and judges that",
        arguments: ["", "ww1", "WW1", "a receiver of thirty-two bytes..", "企业"])
    func judgedReceiver(sealedFor: String) throws {
        let verified = try #require(keys.verified(sealed(receiver: sealedFor)))
        let opened = try verified.open(with: keys)
        #expect(opened.message == Array("hello".utf8) && opened.receiver == Array(sealedFor.utf8))
        #expect(try opened.message(for: sealedFor) == opened.message)
        #expect(throws: CallbackError.wrongReceiver) { try opened.message(for: sealedFor + "x") }
        #expect(try verified.openEcho(with: keys) == opened)
    }

    @Test("the proof of one token is none for another")
    func proof() throws {
        let key = Secret("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
        let same = try CallbackKeys(token: Secret("QDG6eK"), encodingAESKey: key)
        let other = try CallbackKeys(token: Secret("QDG6eL"), encodingAESKey: key)
        let verified = try #require(keys.verified(sealed()))
        #expect(try verified.open(with: same, receiver: "ww1") == Array("hello".utf8))
        #expect(throws: CallbackError.wrongSignature) { try verified.open(with: other, receiver: "ww1") }
    }

    @Test("a callback survives its own way over the wire")
    func wire() throws {
        let callback = sealed()
        let envelope = Envelope(toUserName: "ww1", agentID: AgentID(1_000_002), encrypted: callback.encrypted)
        let read = try Envelope(body: envelope.xml)
        #expect(read == envelope)
        #expect(try Callback(query: Query(callback.query), envelope: read) == callback)
        #expect(try Callback(verification: Query(callback.verificationQuery)) == callback)
    }
}
