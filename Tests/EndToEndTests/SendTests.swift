import Foundation
import JSON
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("wecom-router send", .timeLimit(.minutes(5)))
struct SendTests {
    private func send(
        _ arguments: [String], input: String = "", in directory: String
    ) async throws -> Program.Ending {
        let program = try Program(running: ["send"] + arguments, in: directory)
        if !input.isEmpty { try program.input.write(contentsOf: Data(input.utf8)) }
        return await program.finish()
    }

    /// With a server that runs, and a person of a department and a tag.
    private func withServer(
        apps: [String] = ["dept-a"], _ body: (LoopbackWorld) async throws -> Void
    ) async throws {
        try await withWorld(apps: apps) { world in
            try world.writeConfiguration()
            world.wecom.changeCorp(world.apps[0].corpID) { corp in
                corp.isOpen = false
                corp.add(FakeMember(UserID("u1"), name: "一", tags: [7]))
                corp.add(FakeMember(UserID("u2"), name: "二"))
                corp.add(FakeTag(id: 7, name: "七"))
            }
            let router = try await world.startRouter()
            try await body(world)
            router.stop()
            try await router.ended()
        }
    }

    /// The requests that were sent, but for what is the same in all.
    private func requests(_ world: LoopbackWorld) -> [String] {
        world.wecom.transcript.messages.map { message in
            guard case .object(let members) = message.request else { return "" }
            let same: Set = ["agentid", "enable_duplicate_check", "duplicate_check_interval"]
            return JSONValue.object(members.filter { !same.contains($0.name) }).text
        }
    }

    @Test("every way to say what it is and whom it is for ends in the message that WeCom gets")
    func kinds() async throws {
        try await withServer { world in
            let directory = world.directory
            try #"{"touser":"u2","msgtype":"text","text":{"content":"whole"}}"#.write(
                toFile: "\(directory)/m.json", atomically: true, encoding: .utf8)
            let card = ["--card", "通知", "--url", "https://example.com/", "--button", "更多"]
            let ways: [(arguments: [String], input: String, request: String)] = [
                (["--to", "u1", "hello"], "", #"{"touser":"u1","msgtype":"text","text":{"content":"hello"}}"#),
                (["--to", "u1", "--", "-5°"], "", #"{"touser":"u1","msgtype":"text","text":{"content":"-5°"}}"#),
                (
                    ["--to=u1, u2", "-"], "one\ntwo\n",
                    #"{"touser":"u1|u2","msgtype":"text","text":{"content":"one\ntwo"}}"#
                ),
                (
                    ["--party", "1", "--markdown"], "**b**\n",
                    #"{"toparty":"1","msgtype":"markdown","markdown":{"content":"**b**"}}"#
                ),
                (
                    ["--tag", "7", "--app", "dept-a"] + card + ["今天"], "",
                    #"{"totag":"7","msgtype":"textcard","textcard":{"title":"通知","description":"今天","#
                        + #""url":"https://example.com/","btntxt":"更多"}}"#
                ),
                (
                    ["--all", "--safe", "--id-trans", "secret"], "",
                    #"{"touser":"@all","msgtype":"text","text":{"content":"secret"},"safe":1,"enable_id_trans":1}"#
                ),
                (["--message", "m.json"], "", #"{"touser":"u2","msgtype":"text","text":{"content":"whole"}}"#),
                (
                    ["--message", "-", "--to", "u1"], #"{"msgtype":"text","text":{"content":"piped"}}"#,
                    #"{"touser":"u1","msgtype":"text","text":{"content":"piped"}}"#
                ),
            ]
            for (number, way) in ways.enumerated() {
                let ending = try await send(["--wait"] + way.arguments, input: way.input, in: directory)
                #expect(ending.status == 0 && ending.output.hasSuffix(" is sent\n"), "\(ending.errors)")
                try #require(requests(world).count == number + 1, "\(way.arguments)")
                #expect(requests(world)[number] == way.request)
            }
        }
    }

    @Test("a file goes as what it holds, or as what it is said to be, with its name and its bytes")
    func files() async throws {
        try await withServer { world in
            let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](0...255))
            try png.write(to: URL(fileURLWithPath: "\(world.directory)/图.png"))
            for (arguments, kind) in [([], "image"), (["--as", "file"], "file")] {
                let ending = try await send(
                    ["--to", "u1", "--file", "图.png", "--wait"] + arguments, in: world.directory)
                #expect(ending.status == 0, "\(ending.errors)")
                let media = try #require(world.wecom.transcript.messages.last?.media)
                #expect(media.kind.rawValue == kind && media.name == "图.png")
                #expect(world.wecom.bytes(of: media) == Array(png))
            }
            let voice = try await send(["--to", "u1", "--file", "图.png", "--as", "voice"], in: world.directory)
            #expect(voice.status == 2 && voice.errors.contains("upload.data"))
            let missing = try await send(["--to", "u1", "--file", "none.png"], in: world.directory)
            #expect(missing.status == 1 && missing.errors.contains("none.png: "))
        }
    }

    @Test("a command line that makes no sense says what is wrong with it, and exits with 2")
    func usage() async throws {
        try await withServer(apps: ["dept-a", "dept-b"]) { world in
            let a = ["--app", "dept-a"]
            let long = String(repeating: "x", count: 2049)
            try Data("words".utf8).write(to: URL(fileURLWithPath: "\(world.directory)/words"))
            let cases: [(arguments: [String], words: String)] = [
                (a + ["--to", "u1"], "nothing to send"),
                (a + ["--to", "u1", " \n"], "nothing to send"),
                (a + ["hello"], "touser is missing"),
                (a + ["--to", ",", "hello"], "--to needs a value"),
                (a + ["--all", "--to", "u1", "hello"], "leave --to out"),
                (a + ["--to", "u1", "--markdown", "--card", "t", "x"], "two messages"),
                (a + ["--to", "u1", "--file", "words", "x"], "cannot go with --file"),
                (a + ["--to", "u1", "--card", "t", "x"], "--card needs --url"),
                (a + ["--to", "u1", "--url", "https://x.y", "x"], "--url belongs to --card"),
                (a + ["--to", "u1", "--file", "words", "--as", "song"], "--as takes image, voice, video, file"),
                (a + ["--message", "words"], "words is no JSON"),
                (a + ["--to", "u1", "--key", "a b", "x"], "--key takes"),
                (a + ["--to", "u1", long], "text.content has 2049 bytes; WeCom takes at most 2048"),
                (a + ["--party", "x", "hello"], "toparty must be"),
                (["--app", "dept-x", "--to", "u1", "hello"], "did you mean dept-a?"),
                (["--to", "u1", "hello"], "app is missing"),
                (a + ["--to", "u1", "one", "two"], "two is not understood here"),
                (a + ["--to", "u1", "--marcdown", "x"], "Did you mean --markdown?"),
            ]
            for (arguments, words) in cases {
                let ending = try await send(arguments, in: world.directory)
                #expect(ending.status == 2 && ending.errors.contains(words), "\(arguments): \(ending.errors)")
                #expect(ending.output.isEmpty)
            }
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("who waits learns of a failure by its reason and exit status 1, and of those who were not reached")
    func waiting() async throws {
        try await withServer { world in
            let ghost = try await send(["--to", "ghost", "--wait", "x"], in: world.directory)
            #expect(ghost.status == 1 && ghost.output.contains(" has failed: "))
            let several = try await send(["--to", "u1,ghost", "--wait", "x"], in: world.directory)
            #expect(several.status == 0 && several.output.contains("is sent, but not to all: "))
            #expect(several.output.contains("ghost"))
            let json = try await send(["--to", "u1", "--wait", "--json", "y"], in: world.directory)
            #expect(try JSONValue(parsing: Array(json.output.utf8))["state"] == "sent")
            let quick = try await send(["--to", "u1", "z"], in: world.directory)
            #expect(quick.status == 0 && quick.output.hasPrefix("d-"))
        }
    }

    @Test("who waits for a message that was not tried yet is told what may stand before it")
    func untried() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.memberLimits.outPerMinute = 1 }) { world in
            try world.writeConfiguration()
            let router = try await world.startRouter()
            let first = try await send(["--to", "u1", "--wait", "x"], in: world.directory)
            #expect(first.status == 0, "\(first.errors)")
            let second = try await send(["--to", "u1", "--wait", "--timeout", "4s", "y"], in: world.directory)
            #expect(second.status == 1 && second.errors.contains("it was not tried yet"), "\(second.errors)")
            router.stop()
            try await router.ended()
        }
    }

    @Test("who waits is told why, once, and no longer than they said; the message stays and goes when it can")
    func timeout() async throws {
        try await withServer { world in
            world.wecom.faults.always(
                .send, .errorCode(60020, message: "not allow, from ip: 203.0.113.7, more info at x"))
            let late = try await send(["--to", "u1", "--wait", "--timeout", "2s", "x"], in: world.directory)
            #expect(late.status == 1 && late.output.contains(" is on its way (pending; last try: "))
            let lines = late.errors.split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("wecom-router: ") }, "\(late.errors)")
            #expect(lines.first?.contains(" waits: ") == true && lines.first?.contains("203.0.113.7") == true)
            #expect(lines.last?.contains("it stays in the outbox") == true)
            let json = try await send(["--to", "u1", "--wait", "--timeout=1s", "--json", "y"], in: world.directory)
            let told = try JSONValue(parsing: Array(json.output.utf8))
            #expect(json.status == 1 && told["state"] == "pending")
            for wrong in [["--timeout", "1s"], ["--wait", "--timeout", "x"], ["--wait", "--timeout", "0"]] {
                let ending = try await send(["--to", "u1"] + wrong + ["z"], in: world.directory)
                #expect(ending.status == 2 && ending.errors.contains("--timeout"), "\(ending.errors)")
                #expect(ending.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("wecom-router: ") })
            }
        }
    }

    @Test("the same under the same key goes once, and another under it not at all")
    func key() async throws {
        try await withServer { world in
            let first = try await send(["--to", "u1", "--key", "k", "--wait", "once"], in: world.directory)
            let second = try await send(["--to", "u1", "--key", "k", "--wait", "once"], in: world.directory)
            #expect(first.status == 0 && second.output == first.output)
            let other = try await send(["--to", "u1", "--key", "k", "twice"], in: world.directory)
            #expect(other.status == 1 && other.errors.contains("Idempotency-Key"))
            #expect(world.wecom.transcript.messages.map(\.text) == ["once"])
        }
    }

    @Test("while no server runs a message is written down, and goes out when one starts")
    func unserved() async throws {
        try await withWorld { world in
            try world.writeConfiguration()
            let none = try await send(["--to", "u1", "x"], in: world.directory)
            #expect(none.status == 1 && none.errors.contains("does not exist"))
            var router = try await world.startRouter()
            router.stop()
            try await router.ended()
            let waiting = try await send(["--to", "u1", "--wait", "x"], in: world.directory)
            #expect(waiting.status == 1 && waiting.errors.contains("no server runs"))
            let late = try await send(["--to", "u1", "late"], in: world.directory)
            #expect(late.status == 0 && late.output.contains("is written down: no server runs"))
            let wrong = try await send(["--to", "u1", "--app", "dept-x", "late"], in: world.directory)
            #expect(wrong.status == 2 && wrong.errors.contains("did you mean dept-a?"))
            router = try await world.startRouter()
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["late"])
            router.stop()
            try await router.ended()
        }
    }
}
