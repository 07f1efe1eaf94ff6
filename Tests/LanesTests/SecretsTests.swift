import Crypto
import JSON
import Lanes
import Observability
import Router
import Simulator
import System
import Testing
import WeCom

/// Secrets are not seen, however what holds them is printed.
@Suite struct SecretsTests {
    private static let token = "sesame-token"
    private static let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    private static let secret = "sesame-corp-secret"
    private static let proxy = "http://user:sesame-password@proxy:3128"

    enum Holder: CaseIterable, Sendable {
        case secret, bytes, keys, credentials, accessToken, app, fakeApp, tokenGroup, lane, client

        var value: any Sendable {
            get throws {
                let secret = Secret(SecretsTests.secret)
                let keys = try CallbackKeys(token: Secret(SecretsTests.token), encodingAESKey: Secret(SecretsTests.key))
                let credentials = AppCredentials(
                    corpID: CorpID("ww1"),
                    agentID: AgentID(1),
                    secret: secret,
                    proxy: Secret(SecretsTests.proxy)
                )
                let client = WeComClient(credentials, transport: NoTransport())
                return switch self {
                case .secret: secret
                case .bytes: SecretBytes(Array(SecretsTests.secret.utf8))
                case .keys: keys
                case .credentials: credentials
                case .accessToken: AccessToken(text: secret, lifetime: .seconds(7200), fetched: .now)
                case .app:
                    App(
                        .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))),
                        name: "a",
                        keys: keys,
                        agent: "echo",
                        policy: .all,
                        speech: AppLane.speech
                    )
                case .fakeApp:
                    FakeApp(
                        corpID: CorpID("ww1"),
                        agentID: AgentID(1),
                        secret: secret,
                        keys: keys,
                        callbackURL: "http://x"
                    )
                case .tokenGroup: keys.tokenGroup
                case .lane: AppLane(client)
                case .client: client
                }
            }
        }
    }

    @Test("printed, reflected or dumped, alone or in something else, a secret stays one", arguments: Holder.allCases)
    func printed(holder: Holder) throws {
        let value = try holder.value
        var texts = [
            "\(value)", String(describing: value), String(reflecting: value), "\([value])", "\(["x": value])",
            String(reflecting: Optional(value)), "\((1, value))",
        ]
        var dumped = ""
        dump(value, to: &dumped)
        dump([value], to: &dumped)
        var printed = ""
        print(value, [value], to: &printed)
        debugPrint(value, to: &printed)
        texts += [dumped, printed, mirrored(value, depth: 8)]
        for text in texts { #expect(!tells(text)) }
    }

    @Test("an encoder finds nothing to encode", arguments: Holder.allCases)
    func encoded(holder: Holder) throws {
        let value = try holder.value
        #expect(!(value is any Encodable))
    }

    @Test("a log line made of them tells nothing", arguments: Holder.allCases)
    func logged(holder: Holder) throws {
        let value = try holder.value
        let lines = Lock<[UInt8]>([])
        for format in [LogSink.Format.json, .text] {
            let sink = LogSink(format: format) { bytes in lines.withLock { $0 += bytes } }
            Logger(to: sink, level: .debug).with(["value": .string("\(value)")])
                .error("failed with \(value)", [.error: .string(String(reflecting: value))])
            sink.close()
        }
        let text = String(decoding: lines.withLock { $0 }, as: UTF8.self)
        #expect(text.contains("failed with") && !tells(text))
    }

    @Test("what is searched for is really in there")
    func counterproof() throws {
        #expect(tells(Secret(SecretsTests.secret).reveal()))
        #expect(tells("… \(SecretsTests.key) …"))
        #expect(tells("\(Array(SecretsTests.secret.utf8))"))
    }

    private func mirrored(_ value: Any, depth: Int) -> String {
        guard depth > 0 else { return "" }
        return Mirror(reflecting: value).children.map { child in
            "\(child.label ?? "")=\(child.value) \(String(reflecting: child.value)) \(mirrored(child.value, depth: depth - 1))"
        }.joined(separator: "\n")
    }

    /// True if `text` holds a secret, as text or as the numbers of its bytes.
    private func tells(_ text: String) -> Bool {
        let secrets = [SecretsTests.token, SecretsTests.key, SecretsTests.secret, "sesame"]
        return secrets.contains { secret in
            let numbers = secret.utf8.prefix(6).map(String.init).joined(separator: ", ")
            return text.contains(secret) || text.contains(numbers)
        }
    }
}
