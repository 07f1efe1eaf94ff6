import HTTP
import HTTPClient
import JSON
import RouterServer
import Simulator
import Testing
import WeCom

extension LoopbackWorld {
    /// Asks a bot by webhook once how far a stream has come, as WeCom does. Returns the stream of the answer.
    func stream(_ id: String, of bot: FakeBot) async throws -> JSONValue {
        let poll: JSONValue = [
            "msgid": "P", "chattype": "single", "from": ["userid": "u1"], "msgtype": "stream",
            "stream": ["id": .string(id)],
        ]
        let transport = CurlTransport()
        let answer = try await transport.send(wecom.callback(of: poll, to: bot).request, HTTPRequestOptions())
        await transport.close()
        let envelope = try JSONValue(parsing: answer.bytes)
        let sealed = Callback(
            signature: envelope["msgsignature"]?.string ?? "", timestamp: "\(envelope["timestamp"]?.integer ?? 0)",
            nonce: envelope["nonce"]?.string ?? "", encrypted: envelope["encrypt"]?.string ?? "")
        let frame = try JSONValue(parsing: try #require(try bot.keys.verified(sealed)?.open(with: bot.keys)).message)
        #expect(frame["msgtype"] == "stream")
        return try #require(frame["stream"])
    }
}
