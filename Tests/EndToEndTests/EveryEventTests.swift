import HTTP
import HTTPClient
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("Every event that WeCom documents", .timeLimit(.minutes(2)))
struct EveryEventTests {
    /// An event with all that any event is about, from a member or from WeCom itself.
    private func document(_ name: InboundEvent.Name, from sender: String, to app: FakeApp) -> [UInt8] {
        let change =
            switch name {
            case .contact: "create_user"
            case .externalContact: "add_external_contact"
            default: "create"
            }
        return Array(
            """
            <xml><ToUserName>\(app.corpID)</ToUserName><FromUserName>\(sender)</FromUserName>
            <CreateTime>\(Timestamp.now.seconds)</CreateTime><MsgType>event</MsgType><Event>\(name.rawValue)</Event>
            <AgentID>\(app.agentID)</AgentID><EventKey>key</EventKey><TaskId>t1</TaskId><ResponseCode>rc</ResponseCode>
            <Latitude>31.25</Latitude><Longitude>121.5</Longitude><Precision>10</Precision>
            <ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>X</ScanResult></ScanCodeInfo>
            <SendPicsInfo><Count>1</Count></SendPicsInfo>
            <SendLocationInfo><Location_X>31.25</Location_X><Location_Y>121.5</Location_Y></SendLocationInfo>
            <ApprovalInfo><ThirdNo>1</ThirdNo><SpNo>1</SpNo></ApprovalInfo>
            <ChangeType>\(change)</ChangeType><UserID>u1</UserID><ExternalUserID>w1</ExternalUserID><ChatId>c1</ChatId>
            <Id>1</Id><JobId>j1</JobId><OpenKfId>k1</OpenKfId><LivingId>l1</LivingId></xml>
            """.utf8)
    }

    /// Posts as WeCom does: again, when a busy machine took too long over it.
    private func post(_ document: [UInt8], to app: FakeApp, at url: String, _ client: CurlTransport) async throws -> Int
    {
        let sealed = app.keys.seal(
            message: document, receiver: app.corpID.text, timestamp: String(Timestamp.now.seconds), nonce: "1")
        let envelope = Envelope(toUserName: app.corpID.text, agentID: app.agentID, encrypted: sealed.encrypted)
        var status = 0
        for _ in 1...FakeWeCom.callbackTries where status != 200 {
            let request = HTTPRequest(.post, "\(url)?\(sealed.query)", body: envelope.xml)
            status = try await client.send(request, .init()).status.code
        }
        return status
    }

    @Test("is acknowledged, and sets off no message of ours by itself, and is counted by its name")
    func silent() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let client = CurlTransport()
            for name in InboundEvent.Name.allCases {
                for sender in ["u1", "sys"] {
                    let document = document(name, from: sender, to: world.apps[0])
                    let status = try await post(document, to: world.apps[0], at: router.callbackURL, client)
                    #expect(status == 200, "\(name) from \(sender)")
                }
                #expect(try await router.metric(#"events_total{event="\#(name.rawValue)"}"#) ?? 0 >= 2, "\(name)")
            }
            await client.close()
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: end"])
            #expect(try await router.metric(#"callbacks_total{app="dept-a",effect="job"}"#) == 1)
            try await router.metric(#"delivery_tries_total{app="dept-a",outcome="sent"}"#, isAtLeast: 1)
            #expect(agent.turns.count == 1)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }
}
