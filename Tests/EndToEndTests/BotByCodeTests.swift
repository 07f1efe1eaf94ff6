import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("A bot by a code", .timeLimit(.minutes(1)))
struct BotByCodeTests {
    private func withCode(_ body: (FakeWeCom, ManualClock, BotByCode) async throws -> Void) async throws {
        try await withWorld { world in
            let (transport, clock) = (CurlTransport(), ManualClock())
            let code = BotByCode(at: world.configuration.apps[0].apiBaseURL, over: transport, by: clock) { _ in }
            try await attempt {
                try await body(world.wecom, clock, code)
            } finally: {
                await transport.close()
            }
        }
    }

    /// The result of the answers to the first question and to the second: the bot's id, or the words for the failure.
    private func outcome(_ first: Faults.Kind?, _ second: Faults.Kind?...) async throws -> String {
        let outcome = Lock("")
        try await withCode { wecom, clock, code in
            if let first { wecom.faults.next(.botCreation, first) }
            async let result: Result<BotID, any Error> = {
                do { return .success(try await code.bot().id) } catch { return .failure(error) }
            }()
            for fault in second {
                await clock.untilSomebodySleeps(for: .seconds(3))
                if let fault { wecom.faults.next(.botCreation, fault) }
                clock.advance(by: .seconds(3))
            }
            switch await result {
            case .success(let id): outcome.withLock { $0 = id.text }
            case .failure(let error): outcome.withLock { $0 = "\(error)" }
            }
        }
        return outcome.withLock { $0 }
    }

    @Test("a bot comes of the code, whatever goes wrong between two questions")
    func created() async throws {
        #expect(try await outcome(nil, nil, nil) == "aib-created-1")
        #expect(try await outcome(nil, .status(502), .truncated, .status(503), nil) == "aib-created-1")
        #expect(
            try await outcome(nil, .words(#"{"data":{"status":"wait"}}"#), nil, nil) == "aib-created-1")
    }

    @Test(
        "a bad answer to the first question is an error that says what is wrong with it",
        arguments: [
            ("<html>", "it is no JSON"), ("{}", "there is no data"),
            (#"{"data":{"scode":"x"}}"#, "there is no auth_url"),
            (#"{"data":{"scode":"","auth_url":"https://x"}}"#, "there is no scode"),
            (#"{"data":{"scode":"x","auth_url":"http://x"}}"#, "auth_url is no https address"),
            (#"{"data":{"scode":"x","auth_url":"https://x\u001b[2J"}}"#, "auth_url is no https address"),
            (#"{"errcode":60011,"errmsg":"no privilege"}"#, "errcode 60011, in its words: no privilege"),
        ])
    func badInvitation(answer: String, words: String) async throws {
        #expect(try await outcome(.words(answer)).contains(words))
    }

    @Test(
        "a bad answer to a later question is an error, and a code that has expired is said to have",
        arguments: [
            ("[]", "it is no JSON"), (#"{"data":{"status":"dancing"}}"#, "the status dancing is not known"),
            (#"{"data":{"status":"success"}}"#, "there is no bot_info"),
            (#"{"data":{"status":"success","bot_info":{"botid":"aib"}}}"#, "there is no secret"),
            (#"{"data":{"status":"success","bot_info":{"botid":"a b","secret":"hush"}}}"#, "copy them from its page"),
            (#"{"data":{"status":"expired"}}"#, "has expired"),
        ])
    func badProgress(answer: String, words: String) async throws {
        let said = try await outcome(nil, .words(answer))
        #expect(said.contains(words) && !said.contains("hush"), "\(said)")
    }

    @Test("a page that is not there is an error with its status")
    func status() async throws {
        #expect(try await outcome(.status(404)).contains("WeCom's page for codes answers 404"))
    }

    @Test("nobody is waited for longer than five minutes")
    func patience() async throws {
        try await withCode { wecom, clock, code in
            wecom.faults.next(99, .botCreation, of: .everybody, .words(#"{"data":{"status":"wait"}}"#))
            await #expect(throws: BotCreationError.self) { try await code.bot() }
        }
        try await withCode { wecom, clock, code in
            async let result: Void = {
                await #expect(throws: BotByCodeFailure.tooLate) { try await code.bot() }
            }()
            await clock.untilSomebodySleeps(for: .seconds(3))
            wecom.faults.always(.botCreation, .words(#"{"data":{"status":"wait"}}"#))
            for _ in 0..<99 { await clock.advance(whenSomebodySleepsFor: .seconds(3)) }
            await result
        }
    }
}
