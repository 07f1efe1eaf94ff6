import Pages
import System
import Testing
import WeCom

@testable import Admin

@Suite("Sessions, codes and failures of the administration") struct AccessTests {
    private let token = Secret("the token in force")
    private var keys: AdminKeys { AdminKeys(operating: token, reading: Secret("for viewers")) }
    private let start = MonotonicTime.now

    @Test("a session ends when it was not used for eight hours, and after a day whatever it was used for")
    func times() {
        let sessions = Sessions()
        let idle = sessions.begin(as: .operating, by: token, from: "a", at: start)
        #expect(sessions.session(of: idle, keys, at: start.advanced(by: .seconds(8 * 3600 - 1))) != nil)
        #expect(sessions.session(of: idle, keys, at: start.advanced(by: .seconds(16 * 3600))) == nil)
        let busy = sessions.begin(as: .operating, by: token, from: "a", at: start)
        for hour in stride(from: 7, to: 24, by: 7) {
            #expect(sessions.session(of: busy, keys, at: start.advanced(by: .seconds(Int64(hour) * 3600))) != nil)
        }
        #expect(sessions.session(of: busy, keys, at: start.advanced(by: .seconds(24 * 3600))) == nil)
    }

    @Test("a session ends with the token that it was begun by")
    func rotated() {
        let sessions = Sessions()
        let cookie = sessions.begin(as: .operating, by: token, from: "a", at: start)
        #expect(sessions.session(of: cookie, AdminKeys(operating: Secret("another"), reading: nil), at: start) == nil)
        #expect(sessions.session(of: cookie, keys, at: start) == nil)
    }

    @Test("of more than sixty-four sessions the one that was used longest ago gives way")
    func most() {
        let sessions = Sessions()
        let cookies = (0...Sessions.most).map { index in
            sessions.begin(
                as: .reading, by: Secret("for viewers"), from: "a", at: start.advanced(by: .seconds(Int64(index))))
        }
        let now = start.advanced(by: .seconds(100))
        #expect(sessions.session(of: cookies[0], keys, at: now) == nil)
        #expect(cookies.dropFirst().allSatisfy { sessions.session(of: $0, keys, at: now) != nil })
    }

    @Test("a token opens its own role, and what is neither opens nothing")
    func roles() {
        #expect(keys.role(of: token) == .operating)
        #expect(keys.role(of: Secret("for viewers")) == .reading)
        #expect(keys.role(of: Secret("")) == nil)
        #expect(AdminKeys(operating: nil, reading: nil).role(of: Secret("")) == nil)
    }

    @Test("a code is good for a minute, and once")
    func codes() {
        let codes = LoginCodes()
        let (late, good) = (codes.make(at: start), codes.make(at: start.advanced(by: .seconds(30))))
        let now = start.advanced(by: .seconds(60))
        #expect(!codes.spend(late, at: now) && codes.spend(good, at: now) && !codes.spend(good, at: now))
    }

    @Test("five failures of an address hold back that one, thirty in all hold back everybody, for a minute")
    func failures() {
        let failures = FailedLogins()
        for _ in 1...5 { failures.note(from: "a", at: start) }
        #expect(failures.pause(of: "a", at: start) == .seconds(60))
        #expect(failures.pause(of: "b", at: start) == nil)
        for index in 1...25 { failures.note(from: "c\(index)", at: start.advanced(by: .seconds(10))) }
        #expect(failures.pause(of: "b", at: start.advanced(by: .seconds(10))) == .seconds(50))
        #expect(failures.pause(of: "a", at: start.advanced(by: .seconds(60))) == nil)
    }

    @Test(
        "times are shown as people read them",
        arguments: [
            (Duration.milliseconds(120), "120 ms"), (.milliseconds(3240), "3.2 s"), (.seconds(256), "4 m 16 s"),
            (.seconds(7500), "2 h 5 m"), (.seconds(532_800), "6 d 4 h"), (.seconds(-5), "0 ms"),
        ])
    func spans(duration: Duration, text: String) { #expect(Language.english.span(duration) == text) }
}
