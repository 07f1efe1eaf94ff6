import HTTP
import System
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(1))) struct TokenKeeperTests {
    @Test("a thousand who ask at once are served by one fetch")
    func singleFlight() async throws {
        let source = TokenSource()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<1000 { group.addTask { try await source.keeper.token().text.reveal() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts == ["token-1"] && source.fetches == 1)
    }

    @Test("a failure is everybody's who waited for it")
    func sharedFailure() async throws {
        let source = TokenSource()
        source.fail(with: .refused(ErrorCode(40001), message: "no"))
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { (try? await source.keeper.token()) == nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 100 && source.fetches == 1)
    }

    @Test("a token is used until five minutes before its end, then there is another")
    func refreshes() async throws {
        let source = TokenSource()
        #expect(try await source.token() == "token-1")
        source.advance(by: .seconds(7200 - 301))
        #expect(try await source.token() == "token-1")
        source.advance(by: .seconds(1))
        #expect(try await source.token() == "token-2")
        #expect(source.fetches == 2)
    }

    @Test("a short-lived one until a tenth of its life is left")
    func shortLived() async throws {
        let source = TokenSource(lifetime: .seconds(100))
        #expect(try await source.token() == "token-1")
        source.advance(by: .seconds(89))
        #expect(try await source.token() == "token-1")
        source.advance(by: .seconds(1))
        #expect(try await source.token() == "token-2")
    }

    @Test("after a failure nobody asks for a while, which doubles to five minutes")
    func holdsBack() async throws {
        let source = TokenSource()
        let refusal = WeComError.refused(ErrorCode(40013), message: "no such corp")
        source.fail(with: refusal)
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let before = source.fetches
            await #expect(throws: WeComError.noToken(refusal)) {
                try await source.keeper.token()
            }
            #expect(source.fetches == before + 1)
            source.advance(by: .seconds(wait) - .milliseconds(1))
            await #expect(throws: WeComError.holdingBack(after: refusal.description)) {
                try await source.keeper.token()
            }
            #expect(source.fetches == before + 1)
            source.advance(by: .milliseconds(1))
        }
        source.recover()
        _ = try await source.token()
    }

    @Test("a success ends the holding back for good")
    func recovers() async throws {
        let source = TokenSource(lifetime: .seconds(100))
        for _ in 0..<4 {
            source.fail(with: .transport(.notSent("down")))
            await #expect(throws: WeComError.self) { try await source.keeper.token() }
            source.recover()
            source.advance(by: .seconds(1))
            _ = try await source.token()
            source.advance(by: .seconds(100))
        }
    }

    @Test("while a refresh fails the old token serves, to its end")
    func oldToken() async throws {
        let source = TokenSource()
        #expect(try await source.token() == "token-1")
        source.fail(with: .transport(.unanswered("down")))
        source.advance(by: .seconds(6900))
        for _ in 0..<299 {
            #expect(try await source.token() == "token-1")
            source.advance(by: .seconds(1))
        }
        #expect(source.fetches < 15)
        source.advance(by: .seconds(1))
        await #expect(throws: WeComError.self) { try await source.keeper.token() }
    }

    @Test("a refused token is replaced once, however many were refused with it")
    func rejected() async throws {
        let source = TokenSource()
        let old = try await source.keeper.token()
        for _ in 0..<20 {
            #expect(await source.keeper.reject(old, after: revoked))
            #expect(try await source.token() == "token-2")
        }
        #expect(source.fetches == 2)
    }

    @Test(
        "a fresh token that is refused like the one before it is the last for a minute, and then there is one a minute")
    func revokedForGood() async throws {
        let source = TokenSource()
        #expect(try await source.keeper.reject(source.keeper.token(), after: revoked))
        #expect(try await source.keeper.reject(source.keeper.token(), after: revoked) == false)
        for round in 1...3 {
            let fetches = source.fetches
            #expect(fetches == round + 1)
            source.advance(by: .seconds(60) - .milliseconds(1))
            for _ in 0..<50 {
                await #expect(throws: WeComError.holdingBack(after: WeComError.tokenRefused(revoked).description)) {
                    try await source.keeper.token()
                }
            }
            #expect(source.fetches == fetches)
            source.advance(by: .milliseconds(1))
            #expect(try await source.keeper.reject(source.keeper.token(), after: revoked) == false)
        }
    }

    @Test("a token is replaced so long before its end as is asked for, if that leaves it half its life")
    func buffer() async throws {
        for (buffer, life) in [(0, 7200), (60, 7140), (3600, 3600), (3601, 6480)] {
            let source = TokenSource(buffer: .seconds(buffer))
            #expect(try await source.token() == "token-1")
            source.advance(by: .seconds(life) - .milliseconds(1))
            #expect(try await source.token() == "token-1", "\(buffer) s")
            source.advance(by: .milliseconds(1))
            #expect(try await source.token() == "token-2", "\(buffer) s")
        }
    }

    private let revoked = WeComError.refused(ErrorCode(40014), message: "invalid access_token")

    @Test("whoever gives up does not take the token from the others")
    func cancelled() async throws {
        let source = TokenSource(holdingFetches: 1)
        let first = Task { try await source.keeper.token() }
        await source.hasBegun()
        let second = Task { try await source.token() }
        first.cancel()
        await #expect(throws: WeComError.noToken(.transport(.cancelled))) { try await first.value }
        #expect(try await second.value == "token-2")
    }
}

/// The source of a keeper's tokens, and its clock.
private final class TokenSource: Sendable {
    private struct State {
        var now = MonotonicTime.now
        var fetches = 0
        var failure: WeComError?
        var held: Int
    }

    let keeper: TokenKeeper
    private let state: Lock<State>

    /// The first `held` fetches end only when they are cancelled.
    init(
        lifetime: Duration = .seconds(7200), buffer: Duration = AccessToken.usualBuffer, holdingFetches held: Int = 0
    ) {
        let state = Lock(State(held: held))
        self.state = state
        keeper = TokenKeeper(now: { state.withLock { $0.now } }) { () async throws(WeComError) in
            await Task.yield()
            let (number, now, failure, isHeld) = state.withLock { state in
                state.fetches += 1
                return (state.fetches, state.now, state.failure, state.fetches <= state.held)
            }
            while isHeld {
                if Task.isCancelled { throw .transport(.cancelled) }
                await beforeLookingAgain()
            }
            if let failure { throw failure }
            return AccessToken(text: Secret("token-\(number)"), lifetime: lifetime, fetched: now, buffer: buffer)
        }
    }

    var fetches: Int { state.withLock { $0.fetches } }

    func token() async throws -> String { try await keeper.token().text.reveal() }
    func advance(by duration: Duration) { state.withLock { $0.now = $0.now.advanced(by: duration) } }
    func fail(with error: WeComError) { state.withLock { $0.failure = error } }
    func recover() { state.withLock { $0.failure = nil } }
    func hasBegun() async { while fetches == 0 { await beforeLookingAgain() } }
}
