import Foundation
import JSON
import Lifecycle
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite(.timeLimit(.minutes(5))) struct JobCommandTests {
    private func agent(_ scenario: String, in world: ProgramWorld) -> CommandAgent {
        CommandAgent(command: world.mock("job", scenario), format: .jsonl, host: world.host)
    }

    @Test("the program reads all about the turn in one line")
    func input() async throws {
        try await ProgramWorld.with { world in
            let path = world.directory + "/sent"
            try Data("jpg".utf8).write(to: URL(fileURLWithPath: path))
            let picture = Attachment(.image, path: path, name: "图.jpg", contentType: "image/jpeg", size: 3)
            let turn = Turn.saying("画图", session: ["session": "abc"], attachments: [picture])
            let reply = try await agent("echo", in: world).run(turn, attendedBy: FakeAttendant())
            let input = try json(reply.text)
            let laid = try #require(input["attachments"]?.array?.first?["path"]?.string)
            #expect(try String(contentsOfFile: laid, encoding: .utf8) == "jpg")
            #expect(laid.hasPrefix(world.directory + "/work/") && laid.hasSuffix("/图.jpg"))
            #expect(
                input == [
                    "v": 1, "job_id": .string(turn.job.description), "attempt": 1,
                    "session_key": "ww1/1000002/user:zhangsan", "session": "abc", "text": "画图",
                    "attachments": [
                        [
                            "path": .string(laid), "name": "图.jpg", "mime": "image/jpeg", "kind": "image", "size": 3,
                        ]
                    ],
                    "user": ["corp": "ww1", "app": "1000002", "id": "zhangsan", "name": "张三", "departments": [2]],
                    "deadline": .string(turn.deadline.description), "lang": "zh-CN", "timezone": "UTC",
                ])
        }
    }

    @Test("a person's answer comes back to the program, and nothing comes of one that expired")
    func approval() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant { .chosen([$0.options[0].id], by: UserID("lisi")) }
            let reply = try await agent("approval", in: world).run(.saying("x"), attendedBy: attendant)
            #expect(reply.text == #"{"type":"answer","id":7,"option":"yes","by":"lisi"}"#)
            #expect(attendant.questions.map(\.title) == ["部署？"])
            let expired = try await agent("approval", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(expired.text == #"{"type":"answer","id":7,"option":null,"by":null}"#)
        }
    }

    @Test("a file is sent once, whether an event, a link or the outbox has it")
    func files() async throws {
        try await ProgramWorld.with { world in
            let reply = try await agent("files", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            #expect(reply.files.map(\.name) == ["图.png", "left.txt"])
            #expect(reply.session == ["session": "abc"])
        }
    }

    @Test("ten thousand lines are read to the end")
    func flood() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let reply = try await agent("flood", in: world).run(.saying("x"), attendedBy: attendant)
            #expect(reply.text.hasSuffix(" 9999 "))
            #expect(attendant.text == reply.text)
        }
    }

    @Test("an error of the program's own is the turn's failure")
    func error() async throws {
        try await ProgramWorld.with { world in
            await #expect(throws: AgentFailure(.refused, "不回答", isForPeople: true)) {
                try await agent("error", in: world).run(.saying("x"), attendedBy: FakeAttendant())
            }
        }
    }

    @Test("a cancelled turn leaves no process, though the program sleeps through everything")
    func cancelled() async throws {
        try await ProgramWorld.with { world in
            let attendant = FakeAttendant()
            let agent = agent("hang", in: world)
            let turn = Task { try await agent.run(.saying("x"), attendedBy: attendant) }
            await attendant.event { $0 == .started(["session": ["n": 1]]) }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            #expect(await world.host.spawner.count == 0)
        }
    }
}
