import JSON
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite struct JobReaderTests {
    @Test("the lines of the protocol become events and a reply")
    func turn() throws {
        var reader = JobReader()
        var events: [TurnEvent] = []
        for line in [
            #"{"type":"started","session":"s1"}"#, #"{"type":"delta","text":"你"}"#, #"{"type":"delta","text":"好"}"#,
            #"{"type":"progress","text":"正在\n绘制"}"#, #"{"type":"file","path":"out/chart.png"}"#,
            #"{"type":"file","path":"b","name":"B.txt"}"#, #"{"type":"file"}"#,
            #"{"type":"usage","input":10,"output":2,"cost":0.5}"#, #"{"type":"tomorrow"}"#, "[]", "7",
            #"{"type":"final","text":"你好！","session":{"n":2}}"#, #"{"type":"delta","text":"too late"}"#,
        ] {
            events += try reader.read(line).events
        }
        #expect(events == [.started(["session": "s1"]), .text("你"), .text("好"), .progress("正在 绘制")])
        guard case .success(let reply)? = reader.ending else { throw NoEnding() }
        #expect(
            reply
                == ProgramReply(
                    text: "你好！",
                    files: [.init(path: "out/chart.png", name: nil), .init(path: "b", name: "B.txt")],
                    session: ["session": ["n": 2]], usage: Usage(input: 10, output: 2, microdollars: 500_000)))
    }

    @Test("a final without text has what was said on the way")
    func deltas() throws {
        var reader = JobReader()
        _ = reader.take(["type": "delta", "text": "你好"])
        _ = reader.take(["type": "final"])
        guard case .success(let reply)? = reader.ending else { throw NoEnding() }
        #expect(reply.text == "你好")
        #expect(reply.session == nil)
    }

    @Test(
        "an error has the class that it names, or config", arguments: AgentFailure.Class.allCases.map(\.rawValue) + [""]
    )
    func errors(name: String) throws {
        var reader = JobReader()
        _ = reader.take(["type": "delta", "text": "一半"])
        _ = reader.take(["type": "error", "class": .string(name), "message": "so it is"])
        guard case .failure(let failure)? = reader.ending else { throw NoEnding() }
        #expect(
            failure
                == AgentFailure(
                    AgentFailure.Class(rawValue: name) ?? .config, "so it is", partialText: "一半", isForPeople: true))
    }

    @Test("an approval is asked as it stands and answered by the option's id; an expired one by null")
    func approval() throws {
        var reader = JobReader()
        let line =
            #"{"type":"approval","id":"q1","title":"部署？","detail":"生产","options":[{"id":"y","label":"好","style":"encouraged"},{"id":"n","label":"不","style":"odd"},{}]}"#
        let question = try #require(try reader.read(line).asked.first)
        #expect(
            question.questions == [
                Question(
                    "部署？", detail: "生产", options: [.init("y", "好", style: .encouraged), .init("n", "不")])
            ])
        #expect(
            question.line(answering: [.chosen(["n"], by: UserID("Li"))])
                == ["type": "answer", "id": "q1", "option": "n", "by": "Li"])
        let nobody: JSONValue = ["type": "answer", "id": "q1", "option": nil, "by": nil]
        #expect(question.line(answering: [.expired]) == nobody)
        #expect(question.line(refusedFor: "…") == nobody)
        #expect(reader.take(["type": "approval", "title": "no id"]).isEmpty)
    }

    @Test("a program that ends without a final is interrupted, unless its status says why")
    func ends() {
        var reader = JobReader()
        _ = reader.take(["type": "delta", "text": "一半"])
        let failure = reader.failure(endingWith: .exited(0), complaint: "oops", log: "oops")
        #expect(failure.kind == .interrupted)
        #expect(failure.partialText == "一半")
        #expect(failure.reason == "the program ended with exit status 0 and no answer: oops")
        for (status, kind) in [(75, AgentFailure.Class.transient), (77, .config), (127, .config), (1, .interrupted)] {
            #expect(reader.failure(endingWith: .exited(Int32(status)), complaint: "", log: "").kind == kind)
        }
    }
}
