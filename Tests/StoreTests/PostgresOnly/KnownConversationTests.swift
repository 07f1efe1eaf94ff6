import PostgresTesting
import Router
import StoreTesting
import System
import Testing
import WeCom

@testable import PostgresStore

/// The row numbers of conversations that a process remembers.
@Suite struct KnownConversationTests {
    private let state = WriterState(owner: "test", formerly: [], recovery: CrashRecovery()) { _, _ in }

    @Test(
        "a process remembers so many conversations at the most, the last ones among them, and each with its own number")
    func bound() {
        let most = WriterState.mostConversations
        let people = (0..<3 * most).map { ConversationKey(endpoint: appA, user: UserID("u\($0)")) }
        for start in stride(from: 0, to: people.count, by: 64) {
            let places = start..<min(start + 64, people.count)
            state.remember(Array(people[places]), as: places.map { Int64($0) })
            #expect(state.conversations(Array(people[places])).compactMap(\.self) == places.map { Int64($0) })
        }
        let kept = state.conversations(people)
        #expect((1...most).contains(kept.count { $0 != nil }))
        #expect(kept.enumerated().allSatisfy { $1 == nil || $1 == Int64($0) })
    }

    @Test("a conversation that is forgotten is not known, and the others are")
    func forgotten() {
        let people = ["anna", "bert"].map { ConversationKey(endpoint: appA, user: UserID($0)) }
        state.remember(people, as: [1, 2])
        state.forget([people[0]])
        #expect(state.conversations(people) == [nil, 2])
    }
}

/// What a process remembers of a database that has gone back in time: a backup was restored, or a standby took over that was behind.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct StaleConversationTests {
    @Test("a number that is somebody else's by now brings no message into their conversation")
    func reused() async throws {
        let carls = try await jobs(
            after: "UPDATE conversations SET peer = 'user:carl' WHERE peer = 'user:anna'",
            in: "(SELECT conv FROM conversations WHERE peer = 'user:carl')")
        #expect(carls == 2)
    }

    @Test("a number that is nobody's any more holds no message up")
    func gone() async throws {
        let nobodys = try await jobs(
            after: "DELETE FROM conversations WHERE peer = 'user:anna'",
            in: "(SELECT conv FROM queue EXCEPT SELECT conv FROM conversations)")
        #expect(nobodys == 0)
    }

    /// Has a process know anna's conversation and bert's, which rest; changes the database behind its back; and expects a message of each to
    /// be theirs. Returns the number of jobs in some conversations then.
    private func jobs(after change: String, in conversations: String) async throws -> Int {
        var count = -1
        try await withStores(1) { stores, ask in
            let store = stores[0]
            for id in [1, 3] {
                for (number, user) in ["anna", "bert"].enumerated() {
                    try await store.accept("early", from: user, id: id + number)
                }
                for job in try await store.claim(9, for: "node 0", at: time(1)) {
                    #expect(try await store.settle(job.lease, as: Settlement(.done, parts: []), at: time(1)))
                }
            }
            _ = try ask(change)
            try await withThrowingTaskGroup { tasks in
                for (number, user) in ["anna", "bert"].enumerated() {
                    tasks.addTask { _ = try await store.accept("late", from: user, id: 5 + number) }
                }
                try await tasks.waitForAll()
            }
            let claimed = try await store.claim(9, for: "node 0", at: time(9))
            #expect(Set(claimed.map { $0.conversation.user?.text }) == ["anna", "bert"])
            #expect(claimed.allSatisfy { $0.text == "late" })
            count = try ask("SELECT count(*) FROM jobs WHERE conv IN \(conversations)").first.flatMap { Int($0) } ?? -1
        }
        return count
    }
}
