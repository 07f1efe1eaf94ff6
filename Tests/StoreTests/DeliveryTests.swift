import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct DeliveryTests {
    @Test("parts go in order, one in flight", arguments: StoreUnderTest.available)
    func order(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["1", "2", "3"], id: 1)
            try await test.store.answer(["4"], id: 2)
            for text in ["1", "2", "3", "4"] {
                let claimed = try await test.store.claimDeliveries(9, at: time(0))
                #expect(claimed.map(\.part.text) == [text])
                #expect(try await test.store.claimDeliveries(9, at: time(0)).isEmpty)
                try await test.store.markSent(
                    try #require(claimed.first), SendReceipt(wecomID: "m\(text)"), at: time(0))
            }
        }
    }

    @Test("what we say ourselves goes before replies that wait", arguments: StoreUnderTest.available)
    func controlFirst(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["reply 1", "reply 2"], id: 1000)
            let first = try await test.store.claimDelivery()
            for id in 1...51 { _ = try await test.store.accept(submission("\(id)", id: id), at: time(0)) }
            try await test.store.markSent(first, SendReceipt(), at: time(0))
            #expect(try await test.store.sendAll() == ["too many wait", "reply 2"])
        }
    }

    @Test("conversations do not wait for each other", arguments: StoreUnderTest.available)
    func apart(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["a1", "a2"], to: "a", id: 1)
            try await test.store.answer(["b1", "b2"], to: "b", id: 2)
            try await test.store.answer(["c1"], to: "a", of: appB, id: 3)
            #expect(Set(try await test.store.claimDeliveries(9, at: time(0)).map(\.part.text)) == ["a1", "b1", "c1"])
        }
    }

    @Test("what another process carries is left to it, and nothing else waits", arguments: StoreUnderTest.available)
    func elsewhere(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["a1"], to: "a", id: 1)
            try await test.store.answer(["b1"], to: "b", of: appB, id: 2)
            var rules = DeliveryRules(limit: 9)
            rules.elsewhere = [appA]
            #expect(try await test.store.claimDeliveries(within: rules, at: time(0)).map(\.part.text) == ["b1"])
            rules.elsewhere = []
            #expect(try await test.store.claimDeliveries(within: rules, at: time(0)).map(\.part.text) == ["a1"])
        }
    }

    @Test(
        "what WeCom calls a file, and what it took it as, is the same at the next try, and forgotten before WeCom forgets it",
        arguments: StoreUnderTest.available)
    func media(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (id, media) in [UploadedMedia(MediaID("m1")), UploadedMedia(MediaID("m2"), as: .file)].enumerated() {
                try await test.store.answer(["\(id)"], to: "u\(id)", id: id + 1)
                let first = try await test.store.claimDelivery(at: time(0))
                #expect(first.media == nil)
                try await test.store.keepMedia(media, of: first, at: time(0))
                try await test.store.postpone(first, until: time(1), reason: "busy", at: time(0))
                let second = try await test.store.claimDelivery(at: time(1))
                #expect(second.id == first.id && second.media == media)
                try await test.store.postpone(second, until: time(60 * 3600), reason: "busy", at: time(1))
                let third = try await test.store.claimDelivery(at: time(60 * 3600))
                #expect(third.id == first.id && third.media == nil)
                try await test.store.markSent(third, SendReceipt(), at: time(60 * 3600))
            }
        }
    }

    @Test("a postponed one holds its conversation until it is due, and no other", arguments: StoreUnderTest.available)
    func postponed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["a1", "a2"], to: "a", id: 1)
            let held = try await test.store.claimDelivery()
            try await test.store.postpone(held, until: time(30), reason: "busy", at: time(0))
            try await test.store.answer(["a3"], to: "a", id: 2)
            try await test.store.answer(["b1"], to: "b", id: 3)
            #expect(try await test.store.sendAll(at: time(29)) == ["b1"])
            #expect(try await test.store.sendAll(at: time(30)) == ["a1", "a2", "a3"])
        }
    }

    @Test(
        "what was postponed goes at once when its app is hurried, in its order, and what another's was does not",
        arguments: StoreUnderTest.available)
    func hurried(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["a1", "a2"], to: "a", id: 1)
            try await test.store.postpone(
                try await test.store.claimDelivery(), until: time(300), reason: "away", at: time(0))
            try await test.store.answer(["c1"], to: "a", of: appB, id: 2)
            try await test.store.postpone(
                try await test.store.claimDelivery(), until: time(300), reason: "away", at: time(0))
            #expect(try await test.store.sendAll(at: time(1)).isEmpty)
            #expect(try await test.store.hurry(appA, at: time(1)) == 1)
            #expect(try await test.store.sendAll(at: time(1)) == ["a1", "a2"])
            #expect(try await test.store.hurry(appA, at: time(1)) == 0)
            #expect(try await test.store.sendAll(at: time(299)).isEmpty)
            #expect(try await test.store.sendAll(at: time(300)) == ["c1"])
        }
    }

    @Test("what we say ourselves does not wait for a reply that was put off", arguments: StoreUnderTest.available)
    func controlPasses(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["reply"], id: 1000)
            let held = try await test.store.claimDelivery()
            try await test.store.postpone(held, until: time(30), reason: "busy", at: time(0))
            for id in 1...51 { _ = try await test.store.accept(submission("\(id)", id: id), at: time(1)) }
            #expect(try await test.store.sendAll(at: time(29)) == ["too many wait"])
            #expect(try await test.store.sendAll(at: time(30)) == ["reply"])
        }
    }

    @Test(
        "a failed part takes the rest of its reply along, and the next reply goes on",
        arguments: StoreUnderTest.available
    )
    func failed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["1", "2", "3"], id: 1)
            try await test.store.answer(["4", "5"], id: 2)
            try await test.store.markSent(try await test.store.claimDelivery(), SendReceipt(), at: time(0))
            try await test.store.markFailed(try await test.store.claimDelivery(), reason: "no", at: time(0))
            #expect(try await test.store.sendAll() == ["4", "5"])
        }
    }

    @Test("a notice that fails takes nothing along", arguments: StoreUnderTest.available)
    func failedNotice(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...51 { _ = try await test.store.accept(submission("\(id)", id: id), at: time(0)) }
            let notice = try await test.store.claimDelivery()
            #expect(notice.job == nil && notice.part == part("too many wait"))
            let job = try await test.store.claimOne()
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]))
            try await test.store.markFailed(notice, reason: "no", at: time(0))
            #expect(try await test.store.sendAll() == ["answer"])
        }
    }

    @Test("only what is being sent can be sent, put off or failed", arguments: StoreUnderTest.available)
    func onlySending(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["once"], id: 1)
            let delivery = try await test.store.claimDelivery()
            try await test.store.markSent(delivery, SendReceipt(wecomID: "m1"), at: time(0))
            let store = test.store
            #expect(try await store.postpone(delivery.lease, until: time(1), reason: "late", at: time(0)) == false)
            #expect(try await store.markFailed(delivery.lease, reason: "late", at: time(0)) == false)
            #expect(try await store.markSent(delivery.lease, SendReceipt(), at: time(0)) == false)
            let unknown = DeliveryLease(delivery: DeliveryID(1), number: 1)
            #expect(try await store.markSent(unknown, SendReceipt(), at: time(0)) == false)
            #expect(try await test.store.claimDeliveries(9, at: time(100)).isEmpty)
        }
    }

    @Test("no more are claimed than were asked for, nothing twice", arguments: StoreUnderTest.available)
    func concurrent(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<60 { try await test.store.answer(["x", "y"], to: "user\(id)", id: id) }
            let store = test.store
            let batches = try await withThrowingTaskGroup(of: [Delivery].self, returning: [[Delivery]].self) { group in
                for _ in 0..<30 { group.addTask { try await store.claimDeliveries(3, at: time(0)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(batches.allSatisfy { $0.count <= 3 })
            let claimed = batches.flatMap(\.self)
            #expect(claimed.count == 60 && Set(claimed.map(\.id)).count == 60)
            #expect(claimed.allSatisfy { $0.part.text == "x" })
        }
    }

    @Test("apps are served round-robin at the outbox, too", arguments: StoreUnderTest.available)
    func turns(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<10 { try await test.store.answer(["a"], to: "a\(id)", of: appA, id: id) }
            for id in 0..<2 { try await test.store.answer(["b"], to: "b\(id)", of: appB, id: id) }
            var order = ""
            while let next = try await test.store.claimDeliveries(1, at: time(0)).first { order += next.part.text }
            #expect(["abab", "baba"].contains(order.prefix(4)) && order.count == 12)
        }
    }
}
