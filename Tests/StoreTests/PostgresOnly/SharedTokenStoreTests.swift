import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import Testing
import WeCom

/// The tokens that several processes over one database have in common.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct SharedTokenStoreTests {
    private let holder = TokenHolder(AppKey(corpID: CorpID("ww1"), agentID: AgentID(7)), credentials: [1, 2, 3])

    @Test("of 48 in three processes who need a token at once one asks, for each of five that WeCom takes no more")
    func oneAtATime() async throws {
        try await withStores(3) { stores in
            let fetches = Lock<[Int64]>([])
            let asking = Lock(0)
            for known in Int64(0)..<5 {
                try await withThrowingTaskGroup { tasks in
                    for caller in 0..<48 {
                        let (store, owner) = (stores[caller % 3], "node \(caller % 3)")
                        tasks.addTask {
                            while true {
                                let step = try await store.token(
                                    of: holder, above: known, lasting: .seconds(300), for: "\(owner)/\(caller)",
                                    at: .steady)
                                switch step {
                                case .use(let sealed, let number, _):
                                    return #expect(sealed.text == "token \(number)" && number == known + 1)
                                case .fetch(let over):
                                    #expect(
                                        asking.withLock {
                                            $0 += 1; return $0
                                        } == 1)
                                    fetches.withLock { $0.append(over) }
                                    asking.withLock { $0 -= 1 }
                                    let token = SharedToken.Sealed(
                                        "token \(over + 1)", expires: Timestamp.steady.advanced(by: .seconds(7200)))
                                    #expect(
                                        try await store.keep(
                                            token, of: holder, over: over, by: "\(owner)/\(caller)", at: .steady))
                                case .wait: await Task.yield()
                                case .holdBack(let reason): throw Unwelcome(reason)
                                }
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
            #expect(fetches.withLock { $0 } == [0, 1, 2, 3, 4])
        }
    }

    @Test("where WeCom gives none all processes hold back, and other credentials of the app do not")
    func holdBack() async throws {
        try await withStores(2) { stores in
            let now = Timestamp.steady
            let step = try await stores[0].token(of: holder, above: 0, lasting: .zero, for: "a", at: now)
            #expect(step == .fetch(over: 0))
            try await stores[0].noteNoToken(of: holder, over: 0, by: "a", because: "invalid credential", at: now)
            #expect(
                try await stores[1].token(of: holder, above: 0, lasting: .zero, for: "b", at: now)
                    == .holdBack(reason: "invalid credential"))
            let other = TokenHolder(holder.app, credentials: [9])
            #expect(
                try await stores[1].token(of: other, above: 0, lasting: .zero, for: "b", at: now) == .fetch(over: 0))
        }
    }

    @Test("a file in pieces is there for all once it is whole, twice given is once kept, and unused it goes")
    func files() async throws {
        try await withStores(2) { stores in
            let blob = BlobID(of: [1, 2, 3])
            let now = Timestamp.steady
            try await stores[0].keep([1, 2], number: 0, of: blob, at: now)
            #expect(try await stores[1].blobSize(blob, at: now) == nil)
            try await stores[1].keep([1, 2], number: 0, of: blob, at: now)
            try await stores[0].keep([3], number: 1, of: blob, at: now)
            try await stores[0].finish(blob, size: 3, at: now)
            #expect(try await stores[1].blobSize(blob, at: now) == 3)
            #expect(try await stores[1].piece(0, of: blob) == [1, 2])
            #expect(try await stores[1].piece(1, of: blob) == [3])
            #expect(try await stores[1].piece(2, of: blob) == nil)

            let later = now.advanced(by: .seconds(3600))
            #expect(try await stores[0].pruneBlobs(unusedSince: now, behind: nil).pruned == 0)
            _ = try await stores[1].blobSize(blob, at: later)
            #expect(try await stores[0].pruneBlobs(unusedSince: later, behind: nil).pruned == 0)
            let unfinished = BlobID(of: [4])
            try await stores[0].keep([4], number: 0, of: unfinished, at: now)
            #expect(try await stores[0].pruneBlobs(unusedSince: later, behind: nil).pruned == 1)
            #expect(
                try await stores[0].pruneBlobs(unusedSince: later.advanced(by: .seconds(1)), behind: nil).pruned == 1)
            #expect(try await stores[1].piece(0, of: blob) == nil)
        }
    }

    @Test("a token that nobody has asked for in a month is forgotten, and one that is asked for in vain is not")
    func forgotten() async throws {
        try await withStores(1) { stores in
            let store = stores[0]
            for (credentials, day) in [(UInt8(1), 0), (2, 2)] {
                let one = TokenHolder(holder.app, credentials: [credentials])
                let now = time(Int64(day) * 86400)
                let step = try await store.token(of: one, above: 0, lasting: .zero, for: "a", at: now)
                #expect(step == .fetch(over: 0))
                if credentials == 1 {
                    let token = SharedToken.Sealed("t", expires: now.advanced(by: .seconds(7200)))
                    #expect(try await store.keep(token, of: one, over: 0, by: "a", at: now))
                } else {
                    try await store.noteNoToken(of: one, over: 0, by: "a", because: "no", at: now)
                }
            }
            _ = try await store.pruneNodes(silentSince: time(31 * 86400))
            var steps: [SharedToken.Step] = []
            for credentials in [UInt8(1), 2] {
                let one = TokenHolder(holder.app, credentials: [credentials])
                steps.append(
                    try await store.token(of: one, above: 0, lasting: .zero, for: "b", at: time(2 * 86400)))
            }
            #expect(steps == [.fetch(over: 0), .holdBack(reason: "no")])
        }
    }
}

private struct Unwelcome: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
