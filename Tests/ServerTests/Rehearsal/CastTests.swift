import Crypto
import Router
import Simulator
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("Whom a typed line is for") struct CastTests {
    private func role(_ name: String, _ number: Int64) throws -> Cast.Role {
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        return Cast.Role(
            name: name,
            party: .app(
                FakeApp(
                    corpID: CorpID("ww1"), agentID: AgentID(number), secret: Secret("s"), keys: keys, callbackURL: "")))
    }

    private func bot(_ name: String, calledInChats nameInChats: String? = nil) -> Cast.Role {
        let bot = FakeSocketBot(id: BotID("aib-\(name)"), secret: Secret("s"))
        return Cast.Role(name: name, party: .socket(bot), nameInChats: nameInChats, group: ChatID("wr-\(name)"))
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

    @Test(
        "a bot is called in its group by either of its names, and hears the one that people use there",
        arguments: [
            ("@helper hi", "helper", "@小 助手 hi"), ("@小 助手  hi", "helper", "@小 助手 hi"), ("@helper", "helper", "@小 助手 "),
            ("@second：x", nil, ""), ("@second hi", "second", "@second hi"), ("@helper :enter", "helper", ":enter"),
            ("@helper :) x", "helper", "@小 助手 :) x"), ("helper: @all hi", "helper", "@all hi"),
        ] as [(String, String?, String)])
    func calls(line: String, name: String?, text: String) throws {
        let cast = Cast(roles: [try role("a", 1), bot("helper", calledInChats: "小 助手"), bot("second")])
        guard let name else {
            let error = #expect(throws: Typist.Trouble.self) { try cast.addressed(line) }
            return #expect(error?.description.contains("there is no bot second：x") == true)
        }
        let addressed = try cast.addressed(line)
        #expect(addressed.role.name == name && addressed.text == text)
        #expect(addressed.chat == (line.hasPrefix("@") ? .group(ChatID("wr-\(name)")) : .single))
    }

    @Test("a call of nobody is told with the nearest name, and where there are no bots it is said as it stands")
    func callsNobody() throws {
        let error = #expect(throws: Typist.Trouble.self) {
            try Cast(roles: [try role("a", 1), bot("helper")]).addressed("@helpr hi")
        }
        #expect(error?.description == "there is no bot helpr (did you mean helper?): nothing was sent")
        #expect(try cast("a").addressed("@all hi").text == "@all hi")
    }

    @Test("where there is one app the line goes to it whole, and the name is told")
    func only() throws {
        let addressed = try cast("demo").addressed("todo: milk")
        #expect(addressed.text == "todo: milk")
        #expect(addressed.remark == "there is no app todo: all of the line goes to demo")
    }

    @Test("an answer is told with the time since what was last said before it, never with one that is negative")
    func moments() throws {
        let app = try role("a", 1).endpoint
        let (moments, start) = (SpokenMoments(), MonotonicTime.now)
        #expect(moments.wait(of: app, until: start) == nil)
        moments.note(app, at: start)
        moments.note(app, at: start.advanced(by: .seconds(9)))
        #expect(moments.wait(of: app, until: start.advanced(by: .seconds(5))) == .seconds(5))
        #expect(moments.wait(of: app, until: start.advanced(by: .seconds(10))) == .seconds(1))
        #expect(moments.wait(of: try role("b", 2).endpoint, until: start) == nil)
    }
}
