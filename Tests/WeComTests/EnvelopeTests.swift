import Testing
import WeCom
import XML

@Suite struct EnvelopeTests {
    @Test(
        "the envelope is read in every shape WeCom gives it",
        arguments: [
            "<xml><ToUserName><![CDATA[ww1]]></ToUserName><AgentID><![CDATA[7]]></AgentID><Encrypt><![CDATA[QQ==]]></Encrypt></xml>",
            "\u{FEFF}<xml>\n <Encrypt>\nQQ==\n</Encrypt>\n <agentid>7</agentid><TOUSERNAME>ww1</TOUSERNAME ></xml>",
            " {\"tousername\":\"ww1\",\"encrypt\":\"QQ==\",\"agentid\":\"7\"}",
            "{\"agentid\":7,\"encrypt\":\"QQ==\",\"other\":[1,{}],\"tousername\":\"ww1\"}",
        ]
    )
    func shapes(body: String) throws {
        let envelope = try Envelope(body: Array(body.utf8))
        #expect(envelope == Envelope(toUserName: "ww1", agentID: AgentID(7), encrypted: "QQ=="))
    }

    @Test(
        "hints that are missing, empty or senseless are none",
        arguments: [
            "<xml><Encrypt>QQ==</Encrypt></xml>",
            "<xml><ToUserName/><AgentID></AgentID><Encrypt>QQ==</Encrypt></xml>",
            "<xml><AgentID>-1</AgentID><Encrypt>QQ==</Encrypt></xml>",
            "<xml><AgentID>99999999999999999999</AgentID><Encrypt>QQ==</Encrypt></xml>",
            "{\"encrypt\":\"QQ==\",\"agentid\":\"\",\"tousername\":\"\"}", "{\"encrypt\":\"QQ==\",\"agentid\":null}",
        ]
    )
    func noHints(body: String) throws {
        let envelope = try Envelope(body: Array(body.utf8))
        #expect(envelope == Envelope(toUserName: nil, agentID: nil, encrypted: "QQ=="))
    }

    @Test(
        "a body without a ciphertext is refused",
        arguments: [
            "", "   ", "hello", "<xml/>", "<xml><Encrypt/></xml>", "<xml><a><Encrypt>QQ==</Encrypt></a></xml>", "{",
            "{}", "{\"encrypt\":1}", "{\"encrypt\":\"\"}", "[\"encrypt\"]", "{\"encrypt\":\"QQ==\"} x",
        ]
    )
    func refused(body: String) {
        #expect {
            try Envelope(body: Array(body.utf8))
        } throws: { error in
            (error as? CallbackError)?.vendorCode == -40002
        }
    }

    @Test("a document type is refused before its first declaration")
    func documentType() {
        let body = "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><xml><Encrypt>&e;</Encrypt></xml>"
        #expect(throws: CallbackError.unreadableEnvelope(.doctype)) { try Envelope(body: Array(body.utf8)) }
    }
}
