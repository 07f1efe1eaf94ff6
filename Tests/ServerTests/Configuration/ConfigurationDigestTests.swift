import RouterServer
import Testing

@Suite struct ConfigurationDigestTests {
    private func digest(_ yaml: String, _ environment: [String: String] = [:]) throws -> String {
        try loadConfiguration(yaml, environment).digest
    }

    private static let sample = ConfigurationSample.own()

    @Test(
        "what may differ between processes changes nothing, nor do order, comments and where a value comes from",
        arguments: [
            "server: { host: 10.0.0.1, port: 9000 }", "management: { port: 9001 }", "node: { name: north }",
            "store: { url: 'sqlite:elsewhere.db', pool: 20 }", "workers: { concurrency: 3 }", "log: { level: debug }",
            "# a comment",
        ])
    func same(_ more: String) throws {
        let plain = try digest(Self.sample)
        #expect(plain.count == 16)
        #expect(try digest(ConfigurationSample.own(after: more)) == plain)
        #expect(try digest(ConfigurationSample.own(token: "${TOKEN}", after: more), ["TOKEN": "tokenA"]) == plain)
    }

    @Test("what all should be told alike changes it, a secret as well")
    func different() throws {
        let all = try [
            Self.sample, ConfigurationSample.own(token: "tokenB"), ConfigurationSample.own(name: "dept-b"),
            ConfigurationSample.own(agents: "agents: { other: { kind: echo } }"),
            ConfigurationSample.own(after: "store: { retention: { jobs: 40d } }"),
            ConfigurationSample.own(after: "workers: { directory_copy: 1MiB }"),
            ConfigurationSample.own(after: "server: { public_url: 'https://router.example' }"),
        ].map { try digest($0) }
        #expect(Set(all).count == all.count, "\(all)")
    }
}
