import HTTP
import JSON
import System
import Testing
import WeCom

@Suite struct BotReplyEnvelopeTests {
    private let keys: CallbackKeys
    private let now = Timestamp(seconds: 1_754_796_901)

    init() throws {
        keys = try CallbackKeys(
            token: Secret("t"), encodingAESKey: Secret("ENQ2J83KxaHtBMDswNRnBAza6O82y0u9e0wPfBMZIyu"))
    }

    private func asked(receiver: [UInt8]) throws -> (Callback, OpenedCiphertext) {
        let callback = keys.seal(message: Array("{}".utf8), receiver: receiver, timestamp: "1754796900", nonce: "n&1")
        return (callback, try callback.verified(by: keys).open(with: keys))
    }

    @Test(
        "an answer is sealed for whom the callback was sealed, to the byte",
        arguments: [[], Array("aib1".utf8), [0xFF, 0x00]] as [[UInt8]])
    func echoes(receiver: [UInt8]) throws {
        let (callback, opened) = try asked(receiver: receiver)
        let reply = keys.sealReply([1, 2, 3], to: callback, holding: opened, at: now)
        let read = try reply.verified(by: keys).open(with: keys)
        #expect(read.message == [1, 2, 3] && read.receiver == receiver)
    }

    @Test("an answer is sealed for the receiver that is configured, even for none", arguments: ["", "suite"])
    func configured(receiver: String) throws {
        let (callback, opened) = try asked(receiver: Array("aib1".utf8))
        let reply = keys.sealReply([1], to: callback, holding: opened, receiver: receiver, at: now)
        #expect(try reply.verified(by: keys).open(with: keys).receiver == Array(receiver.utf8))
    }

    @Test("an envelope has the four fields, with the nonce of the request and the time of the answer as a number")
    func fields() throws {
        let (callback, opened) = try asked(receiver: [])
        let reply = keys.sealReply([1], to: callback, holding: opened, at: now)
        let body = try JSONValue(parsing: reply.passiveJSONReply)
        #expect(
            body == [
                "encrypt": .string(reply.encrypted), "msgsignature": .string(reply.signature),
                "timestamp": 1_754_796_901, "nonce": "n&1",
            ])
    }

    @Test("the signature is found under each of its names, the first of them first")
    func spellings() throws {
        let rest = "timestamp=1&nonce=2"
        let envelope = try Envelope(body: Array(#"{"Encrypt":"QUJD"}"#.utf8))
        #expect(envelope.encrypted == "QUJD")
        for (query, found) in [
            ("msg_signature=a", "a"), ("msgsignature=b", "b"), ("signature=c", "c"),
            ("signature=c&msgsignature=b&msg_signature=a", "a"), ("signature=c&msgsignature=b", "b"),
            ("msg_signature=&signature=c", "c"),
        ] {
            #expect(try Callback(query: Query("\(query)&\(rest)"), envelope: envelope).signature == found)
        }
        #expect(throws: CallbackError.missingParameter("msg_signature")) {
            try Callback(query: Query(rest), envelope: envelope)
        }
    }
}
