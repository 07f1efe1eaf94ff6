import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct ClaimTests {
    @Test("whoever waits longest is claimed first", arguments: StoreUnderTest.available)
    func oldestFirst(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (id, user) in ["c", "a", "b"].enumerated() {
                try await test.store.accept(user, from: user, id: id, at: time(Int64(id)))
            }
            #expect(try await test.store.claimAll().map(\.text) == ["c", "a", "b"])
        }
    }

    @Test("one job of a conversation runs at a time, in the order of acceptance", arguments: StoreUnderTest.available)
    func oneEach(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...5 { try await test.store.accept("\(id)", id: id) }
            for id in 1...5 {
                let claimed = try await test.store.claimAll()
                #expect(claimed.map(\.text) == ["\(id)"])
                #expect(try await test.store.claimAll().isEmpty)
                try await test.store.settle(try #require(claimed.first), Settlement(id == 3 ? .failed : .done))
            }
            #expect(try await test.store.claimAll().isEmpty)
        }
    }

    @Test("a message that comes while its conversation works waits for it", arguments: StoreUnderTest.available)
    func meanwhile(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await test.store.begin("first", id: 1)
            try await test.store.accept("second", id: 2)
            #expect(try await test.store.claimAll().isEmpty)
            try await test.store.settle(first, Settlement(.done))
            #expect(try await test.store.claimAll().map(\.text) == ["second"])
        }
    }

    @Test("a conversation with more to come goes behind those that wait already", arguments: StoreUnderTest.available)
    func fairConversations(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("a1", from: "a", id: 1, at: time(0))
            try await test.store.accept("a2", from: "a", id: 2, at: time(0))
            try await test.store.accept("b1", from: "b", id: 3, at: time(1))
            try await test.store.settle(try await test.store.claimOne(at: time(2)), Settlement(.done), at: time(2))
            #expect(try await test.store.claimAll(at: time(3)).map(\.text) == ["b1", "a2"])
        }
    }

    @Test("apps are served round-robin", arguments: StoreUnderTest.available)
    func turns(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<20 { try await test.store.accept("a", from: "a\(id)", to: appA, id: id) }
            for id in 0..<3 { try await test.store.accept("b", from: "b\(id)", to: appB, id: id, at: time(100)) }
            var order = ""
            while let job = try await test.store.claim(1, for: "test", at: time(200)).first { order += job.text }
            #expect(order.prefix(6) == "ababab" || order.prefix(6) == "bababa")
            #expect(order.count == 23)
        }
    }

    @Test("no more are claimed than were asked for", arguments: StoreUnderTest.available, [0, 1, 7, 12, 13])
    func limit(_ kind: StoreUnderTest, count: Int) async throws {
        try await kind.withStore { test in
            for id in 0..<12 { try await test.store.accept("\(id)", from: "user\(id)", id: id) }
            #expect(try await test.store.claim(count, for: "test", at: time(0)).count == min(count, 12))
            #expect(try await test.store.claimAll().count == 12 - min(count, 12))
        }
    }

    @Test("a job that was claimed is claimed nowhere else", arguments: StoreUnderTest.available)
    func once(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<200 { try await test.store.accept("\(id)", from: "user\(id % 100)", id: id) }
            let store = test.store
            let claimed = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
                for worker in 0..<32 {
                    group.addTask { try await store.claim(7, for: "worker \(worker)", at: time(0)) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 100)
            #expect(Set(claimed.map(\.lease.job)).count == 100)
            #expect(Set(claimed.map(\.conversation)).count == 100)
        }
    }
}
