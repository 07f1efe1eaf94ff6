import Router
import Testing
import WeCom

@Suite struct CrashRecoveryTests {
    private let key = AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))

    private func serving(onCrash: Conduct.OnCrash) throws -> Serving {
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        var conduct = Conduct()
        conduct.onCrash = onCrash
        return Serving(
            AppDirectory([
                App(.app(key), name: "a", keys: keys, agent: "echo", policy: .all, speech: .app, conduct: conduct)
            ]))
    }

    @Test("what a crash left is settled as the app wants it that is served by then")
    func inForce() throws {
        let current = Serving.Current(try serving(onCrash: .retry))
        let recovery = CrashRecovery(current)
        #expect(!recovery.conduct(of: .app(key), to: nil, for: JobID(1)).fails)
        current.swap(to: try serving(onCrash: .fail))
        #expect(recovery.conduct(of: .app(key), to: nil, for: JobID(1)).fails)
    }
}
