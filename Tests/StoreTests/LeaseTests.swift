import JSON
import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct LeaseTests {
    @Test(
        "a lease that ran out is given back, unless its owner is the one who looks", arguments: StoreUnderTest.available
    )
    func rescue(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", id: 1)
            let lost = try await store.claimOne()
            #expect(try await store.rescue(except: "other", at: time(179)) == 0)
            #expect(try await store.rescue(except: "test", at: time(3600)) == 0)
            #expect(try await store.rescue(except: "other", at: time(181)) == 1)
            let again = try await store.claimOne(at: time(181))
            #expect(again.lease.job == lost.lease.job && again.attempt == 1 && again.crashes == 1)
            #expect(
                try await store.settle(lost.lease, as: Settlement(.done, parts: [part("late")]), at: time(182)) == false
            )
            #expect(try await store.sendAll().isEmpty)
        }
    }

    @Test(
        "whoever takes a lease away raises its number: until the next claim, too, its holder changes nothing",
        arguments: StoreUnderTest.available, [true, false])
    func raised(_ kind: StoreUnderTest, byStart: Bool) async throws {
        try await kind.withStore { test in
            let lost = try await test.store.begin("one", id: 1)
            if byStart {
                try await test.crash()
            } else {
                #expect(try await test.store.rescue(except: "other", at: time(181)) == 1)
            }
            try await expectNothing(of: lost.lease, test.store)
            let again = try await test.store.claimOne(at: time(182))
            #expect(again.lease.number == lost.lease.number + 2)
            try await expectNothing(of: lost.lease, test.store)
            try await test.store.settle(again, Settlement(.done, parts: [part("done")]), at: time(183))
            #expect(try await test.store.sendAll(at: time(183)) == ["done"])
        }
    }

    /// Requires that nothing goes by a lease that was taken away.
    private func expectNothing(of lease: Lease, _ store: any Store) async throws {
        let now = time(182)
        let question = AskedQuestion(
            Question("Which?", options: [.init("a", "A"), .init("b", "B")]), to: address(), as: .text, saying: .chinese,
            within: .least)
        let update = SessionUpdate(agent: "coder", state: [:], isFresh: true)
        #expect(try await store.settle(lease, as: Settlement(.done, parts: [part("late")]), at: now) == false)
        #expect(try await store.say(part("late"), as: .progress, for: lease, at: now) == false)
        #expect(try await store.ask(question, for: lease, at: now) == nil)
        #expect(try await store.keep(update, for: lease, at: now) == false)
        #expect(try await store.renew([lease], for: .seconds(180), at: now).isEmpty)
        #expect(try await store.sendAll(at: now).isEmpty)
    }

    @Test(
        "what a courier was sending that is gone goes again, and nothing is heard of the courier any more",
        arguments: StoreUnderTest.available)
    func courier(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.answer(["one", "two"], id: 1)
            let lost = try await store.claimDelivery()
            #expect(try await store.rescueSendings(except: "other", at: time(29)) == 0)
            #expect(try await store.rescueSendings(except: "test", at: time(3600)) == 0)
            try await store.renewSendings(of: "other", for: .seconds(30), at: time(20))
            #expect(try await store.rescueSendings(except: "other", at: time(31)) == 1)
            let again = try await store.claimDelivery(at: time(61))
            #expect(again.id == lost.id && again.attempt == 2 && again.checksDuplicates == lost.checksDuplicates)
            let media = UploadedMedia(MediaID("m"))
            #expect(try await store.keepMedia(media, for: lost.lease, at: time(62)) == false)
            #expect(try await store.markFailed(lost.lease, reason: "late", at: time(62)) == false)
            #expect(try await store.postpone(lost.lease, until: time(99), reason: nil, at: time(62)) == false)
            #expect(try await store.markSent(lost.lease, SendReceipt(), at: time(62)) == false)
            try await store.markSent(again, SendReceipt(), at: time(62))
            #expect(try await store.sendAll(at: time(62)) == ["two"])
        }
    }

    @Test("a process has its number to itself, also after a restart", arguments: StoreUnderTest.available)
    func node(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for ending in TestStore.Ending.allCases {
                #expect(try await test.store.renewNode(of: "test", for: .seconds(60), at: time(0)))
                #expect(try await test.store.renewNode(of: "other", for: .seconds(60), at: time(0)) == false)
                try await test.startAgain(after: ending)
            }
        }
    }

    @Test(
        "a process that says that it lives is listed, until it ends or has long been silent",
        arguments: StoreUnderTest.available)
    func nodes(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            let node = NodeRecord("one", incarnation: "a", version: "1.2.3", startedAt: time(-5))
            #expect(try await store.nodes().isEmpty)
            try await store.note(node, at: time(0))
            try await store.note(node, at: time(5))
            let listed = try #require(try await store.nodes().first)
            #expect(listed.name == "one" && listed.incarnation == "a" && listed.version == "1.2.3")
            #expect(listed.schema > 0 && listed.startedAt == time(-5) && listed.seenAt == time(5))
            #expect(listed.isAlive(at: time(24)) && !listed.isAlive(at: time(25)))
            #expect(try await store.pruneNodes(silentSince: time(5)) == 0)
            #expect(try await store.pruneNodes(silentSince: time(6)) == 1)
            #expect(try await store.nodes().isEmpty)
            try await store.note(node, at: time(10))
            try await store.forgetNode("another")
            #expect(try await store.nodes().count == 1)
            try await store.forgetNode("a")
            #expect(try await store.nodes().isEmpty)
        }
    }

    @Test("a lease of a name is one owner's until it runs out", arguments: StoreUnderTest.available)
    func named(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            func hold(_ owner: String, _ second: Int64, _ name: String = "pruner") async throws -> Bool {
                try await store.hold(name, for: owner, lasting: .seconds(60), at: time(second))
            }
            let isHeld = try await hold("a", 0)
            #expect(isHeld)
            #expect(try await hold("b", 60) == false)
            #expect(try await hold("b", 60, "another"))
            #expect(try await hold("a", 60))
            #expect(try await hold("b", 120) == false)
            #expect(try await hold("b", 121))
            #expect(try await hold("a", 122) == false)
        }
    }

    @Test("what a living courier is sending stays its own", arguments: StoreUnderTest.available)
    func livingCourier(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["one"], id: 1)
            let sending = try await test.store.claimDelivery()
            try await test.store.renewSendings(of: "test", for: .seconds(90), at: time(20))
            #expect(try await test.store.rescueSendings(except: "other", at: time(109)) == 0)
            try await test.store.markSent(sending, SendReceipt(), at: time(109))
        }
    }

    @Test("a renewed lease lasts, one that is lost is not renewed", arguments: StoreUnderTest.available)
    func renew(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", from: "anna", id: 1)
            try await store.accept("two", from: "bert", id: 2)
            let (one, two) = (try await store.claimOne(), try await store.claimOne())
            try await store.settle(two, Settlement(.done))
            #expect(try await store.renew([one.lease, two.lease], for: .seconds(540), at: time(60)) == [one.lease])
            #expect(try await store.rescue(except: "other", at: time(599)) == 0)
            #expect(try await store.rescue(except: "other", at: time(601)) == 1)
        }
    }

    @Test("a job that was there at three crashes is given up, and its user told", arguments: StoreUnderTest.available)
    func poison(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let poison = try await test.store.accept("poison", id: 1)
            for crash in 1...3 {
                let job = try await test.store.claimOne()
                #expect(job.attempt == 1 && job.crashes == crash - 1)
                try await test.crash()
            }
            #expect(try await test.store.claimAll().isEmpty)
            #expect(try await test.store.sendAll() == [crashWords(of: poison)])
        }
    }

    @Test("of jobs that were there at two crashes one runs at a time", arguments: StoreUnderTest.available)
    func suspects(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for user in 1...3 { try await test.store.accept("hello", from: "user\(user)", id: user) }
            for _ in 1...2 {
                #expect(try await test.store.claimAll().count == 3)
                try await test.crash()
            }
            try await test.store.accept("hello", from: "user4", id: 4)
            let claimed = try await test.store.claimAll()
            #expect(claimed.map(\.crashes).sorted() == [0, 2])
            var rules = ClaimRules(limit: 10)
            rules.takesSuspect = false
            #expect(try await test.store.claim(for: "test", within: rules, at: time(2)).isEmpty)
            #expect(try await test.store.claimAll(at: time(5)).count == 1)
        }
    }

    @Test("an app that wants it so has its broken-off turns fail", arguments: StoreUnderTest.available)
    func failsOnCrash(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(recovery: .failing(appB)) { test in
            try await test.store.accept("again", to: appA, id: 1)
            let other = try await test.store.accept("not again", to: appB, id: 2)
            #expect(try await test.store.claimAll().count == 2)
            try await test.crash()
            #expect(try await test.store.claimAll().map(\.text) == ["again"])
            #expect(try await test.store.sendAll() == [crashWords(of: other, retry: "/retry")])
        }
    }
}
