import Crypto
import HTTP
import TestSupport
import Testing
import WeCom

@Suite struct CallbackVectorTests {
    @Test("every vector of the file is used")
    func complete() {
        #expect(CallbackVectors.sealed.count == 11)
        #expect(CallbackVectors.encryptions.count == 3)
        #expect(CallbackVectors.rejects.count == 15)
    }

    @Test("a genuine callback opens to its message", arguments: CallbackVectors.sealed)
    func opens(vector: CallbackVector) throws {
        let callback = vector.callback()
        #expect(try vector.keys().verified(callback) != nil)
        let message = try callback.open(with: vector.keys(), receiver: vector.receiver)
        #expect(String(decoding: message, as: UTF8.self) == vector.text("expect", "msg"))
        #expect(message.count == vector.number("expect", "msg_len"))
    }

    @Test(
        "sealing the same message with the same randomness gives the same callback",
        arguments: CallbackVectors.sealed
    )
    func seals(vector: CallbackVector) throws {
        let sealed = try vector.keys().seal(
            message: Array(try #require(vector.text("expect", "msg")).utf8),
            receiver: vector.receiver,
            timestamp: vector.timestamp,
            nonce: vector.nonce,
            random: hex(try #require(vector.text("expect", "random_hex")))
        )
        #expect(sealed == vector.callback())
        #expect(Base64.decode(sealed.encrypted)?.count == vector.number("expect", "ciphertext_len"))
    }

    @Test("a message is sealed to the bytes of the vendor's own code", arguments: CallbackVectors.encryptions)
    func encrypts(vector: CallbackVector) throws {
        let sealed = try vector.keys().seal(
            message: Array(try #require(vector.text("input", "msg")).utf8),
            receiver: vector.receiver,
            timestamp: vector.timestamp,
            nonce: vector.nonce,
            random: hex(try #require(vector.text("input", "random_hex")))
        )
        #expect(sealed.encrypted == vector.text("expect", "encrypt"))
        if let signature = vector.text("expect", "msg_signature") { #expect(sealed.signature == signature) }
        if let body = vector.text("expect", "http_response_body") {
            #expect(String(decoding: sealed.passiveReply, as: UTF8.self) == body)
        }
        let opened = try sealed.open(with: vector.keys(), receiver: vector.receiver)
        #expect(String(decoding: opened, as: UTF8.self) == vector.text("input", "msg"))
    }

    @Test("an envelope yields its ciphertext and hints", arguments: CallbackVectors.posted)
    func envelope(vector: CallbackVector) throws {
        let envelope = try Envelope(body: Array(try #require(vector.text("body")).utf8))
        #expect(envelope.encrypted == vector.encrypted)
        #expect(envelope.toUserName?.hasPrefix("w") == true)
        #expect((envelope.agentID == nil) == (vector.id == "derived-empty-receiveid"))
    }

    @Test(
        "a verification is answered from the query as it stands on the wire",
        arguments: CallbackVectors.verifications
    )
    func verification(vector: CallbackVector) throws {
        let query = try #require(vector.text("query_string_on_wire"))
        let callback = try Callback(verification: Query(query))
        let echo = try callback.openEcho(with: vector.keys(), receiver: vector.receiver)
        #expect(String(decoding: echo, as: UTF8.self) == vector.text("expect", "http_response_body"))
        #expect(callback.verificationQuery == query)
    }

    @Test("what must be refused is refused in its category", arguments: CallbackVectors.rejects)
    func refuses(vector: CallbackVector) {
        let code = vector.number("sdk_code")
        do {
            let keys = try vector.keys()
            var callback = vector.callback()
            if let body = vector.text("body") {
                let envelope = try Envelope(body: Array(body.utf8))
                callback = try Callback(query: Query(callback.query), envelope: envelope)
            }
            _ = try callback.open(with: keys, receiver: vector.receiver)
            Issue.record("accepted")
        } catch let error as CallbackError {
            #expect(error.vendorCode == code)
            #expect((400..<500).contains(error.status))
        } catch {
            #expect((error as? CallbackKeysError)?.vendorCode == code)
        }
    }

    @Test("spaces that a form decoder made of plus signs are mended in a verification")
    func plusBecameSpace() throws {
        let vector = try #require(CallbackVectors.rejects.first { $0.id == "plus-became-space" })
        #expect(vector.encrypted.contains(" "))
        let callback = try Callback(verification: Query(vector.callback().verificationQuery))
        let echo = try callback.openEcho(with: vector.keys(), receiver: vector.receiver)
        #expect(String(decoding: echo, as: UTF8.self) == "1616140317555161061")
    }
}
