import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("Two apps of one corp", .timeLimit(.minutes(2)))
struct TwoAppsTests {
    /// Has one app meet `code` while both are written to, until `check` has been made.
    private func trouble(
        _ code: Int64, _ log: LogCapture, check: (LoopbackWorld, [String]) async -> Void
    ) async throws {
        try await withWorld(apps: ["dept-a", "dept-b"], sharingCorp: true, log: log.log) { world in
            let (sick, well) = (world.apps[0], world.apps[1])
            #expect(sick.corpID == well.corpID)
            world.wecom.faults.always(
                .send, of: .init(app: sick), .errorCode(code, message: "not allow, from ip: 203.0.113.7, more info"))
            let router = try await world.startRouter()
            let lines = (1...4).map { "line \($0)" }
            for line in lines {
                for app in [sick, well] { await world.wecom.say(line, as: UserID("u1"), to: app) }
            }
            let sent = await world.wecom.transcript.delivered(atLeast: lines.count)
            #expect(sent.map(\.agentID) == lines.map { _ in well.agentID })
            #expect(sent.map(\.text) == lines)
            await check(world, lines)
            router.stop()
            try await router.ended()
        }
    }

    @Test("what an operator has to mend for one is no trouble of the other's, and is said with its remedy")
    func untrusted() async throws {
        let log = LogCapture()
        try await trouble(60020, log) { _, _ in }
        let lines = log.finish()
        #expect(lines.contains("203.0.113.7"))
        #expect(lines.contains("an app sends nothing for a while"))
        #expect(!lines.contains("a delivery failed"))
    }

    @Test("one that pauses loses nothing, and says all in order when it may again")
    func resumes() async throws {
        let log = LogCapture()
        // Too many calls at once: the shortest pause there is.
        try await trouble(45033, log) { world, lines in
            world.wecom.faults.clear()
            let sent = await world.wecom.transcript.delivered(atLeast: 2 * lines.count)
            #expect(sent.dropFirst(lines.count).map(\.text) == lines)
            #expect(sent.dropFirst(lines.count).allSatisfy { $0.agentID == world.apps[0].agentID })
        }
        #expect(log.finish().contains("an app sends again"))
    }
}
