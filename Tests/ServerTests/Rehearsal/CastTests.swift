import Crypto
import Simulator
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("Which app a typed line is for") struct CastTests {
    private func role(_ name: String, _ number: Int64) throws -> Cast.Role {
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        return Cast.Role(
            name: name,
            app: FakeApp(
                corpID: CorpID("ww1"), agentID: AgentID(number), secret: Secret("s"), keys: keys, callbackURL: ""))
    }

    private func cast(_ names: String...) throws -> Cast {
        Cast(roles: try names.enumerated().map { try role($1, Int64($0)) })
    }

    @Test(
        "a name before a colon picks an app, the first is meant otherwise",
        arguments: [
            ("hello", "a", "hello"), ("b: hello", "b", "hello"), ("b:hello", "b", "hello"), ("b：你好", "b", "你好"),
            ("http://b: c", "a", "http://b: c"), ("c:d", "a", "c:d"), ("two words: x", "a", "two words: x"),
            (":image x", "a", ":image x"), ("b: :enter", "b", ":enter"),
        ])
    func picks(line: String, name: String, text: String) throws {
        let addressed = try cast("a", "b").addressed(line)
        #expect(addressed.role.name == name && addressed.text == text && addressed.remark == nil)
    }

    @Test("a name that no app has is told with the nearest, and the line goes to nobody")
    func unknown() throws {
        let cast = try cast("dept-a", "dept-b")
        let error = #expect(throws: Typist.Trouble.self) { try cast.addressed("dep-b: hello") }
        #expect(error?.description.contains("there is no app dep-b (did you mean dept-b?)") == true)
    }

    @Test("where there is one app the line goes to it whole, and the name is told")
    func only() throws {
        let addressed = try cast("demo").addressed("todo: milk")
        #expect(addressed.text == "todo: milk")
        #expect(addressed.remark == "there is no app todo: all of the line goes to demo")
    }

    @Test("an answer is told with the time since what was last said before it, never with one that is negative")
    func moments() throws {
        let app = try role("a", 1).app.identity
        let (moments, start) = (SpokenMoments(), MonotonicTime.now)
        #expect(moments.wait(of: app, until: start) == nil)
        moments.note(app, at: start)
        moments.note(app, at: start.advanced(by: .seconds(9)))
        #expect(moments.wait(of: app, until: start.advanced(by: .seconds(5))) == .seconds(5))
        #expect(moments.wait(of: app, until: start.advanced(by: .seconds(10))) == .seconds(1))
        #expect(moments.wait(of: try role("b", 2).app.identity, until: start) == nil)
    }
}
