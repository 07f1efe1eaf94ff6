import Foundation
import HTTP
import JSON
import Simulator
import System
import Testing
import WeCom

@Suite("Worlds that outlive a restart", .timeLimit(.minutes(5))) struct KeptWorldTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "wecom-router-kept-")
        try await body(directory.path + "/world")
        withExtendedLifetime(directory) {}
    }

    @Test("a token is good after a restart as before, and so is who spoke")
    func continues() async throws {
        try await withFolder { path in
            var token = ""
            try await withWorld { world async throws in
                token = try await world.token()
                await world.wecom.say("hi", as: UserID("anna"), to: world.apps[0], patience: .milliseconds(1))
                _ = try await world.send("text", ["content": "x"])
                try WorldFolder(path).save(world.wecom.kept(seed: WorldSeed(7)))
            }
            try await withWorld { world async throws in
                let kept = try #require(try WorldFolder(path).load())
                #expect(kept.seed == WorldSeed(7) && kept.strangers == [world.apps[0].corpID: [UserID("anna")]])
                world.wecom.goOn(from: kept)
                let answer = try await world.post("message/send", Array(everyone.utf8), token: token)
                #expect(answer.status == .ok)
                let message = try #require(world.wecom.transcript.delivered.first)
                #expect(message.recipients == [UserID("anna")] && message.messageID == "msg2")
                #expect(world.wecom.kept(seed: WorldSeed(7)).tokens == kept.tokens)
            }
        }
    }

    private let everyone = #"{"touser":"@all","msgtype":"text","agentid":1000002,"text":{"content":"x"}}"#

    @Test("a token lives no longer for having been kept, and one of an app that is gone is passed over")
    func expires() async throws {
        try await withWorld { world async throws in
            let token = try await world.token()
            var kept = world.wecom.kept(seed: WorldSeed(1))
            let here = world.apps[0]
            let gone = FakeApp(
                corpID: CorpID("ww9"), agentID: AgentID(9), secret: here.secret, keys: here.keys, callbackURL: "")
            kept.tokens.append(.init(text: Secret("x"), app: gone.identity, expires: kept.tokens[0].expires))
            try await withWorld { other in
                other.wecom.goOn(from: kept)
                #expect(other.wecom.kept(seed: WorldSeed(1)).tokens.map(\.app) == [world.apps[0].identity])
                other.wecom.clock.advance(by: .seconds(7201))
                let answer = try await other.post("message/send", Array(everyone.utf8), token: token)
                #expect(String(decoding: answer.bytes, as: UTF8.self).contains("42001"))
                #expect(other.wecom.kept(seed: WorldSeed(1)).tokens.isEmpty)
            }
        }
    }

    @Test("a file that was cut, changed or written by something else is told, never half believed")
    func damaged() async throws {
        try await withFolder { path in
            try await withWorld { world async throws in
                _ = try await world.token()
                try WorldFolder(path).save(world.wecom.kept(seed: WorldSeed(7)))
            }
            let file = URL(fileURLWithPath: path + "/world.json")
            let whole = try Data(contentsOf: file)
            var changed = whole
            changed[changed.count - 3] ^= 1
            for bad in [whole.prefix(whole.count / 2), changed, Data(), Data("{}".utf8), whole + whole] {
                try bad.write(to: file)
                let error = #expect(throws: FileError.self) { _ = try WorldFolder(path).load() }
                #expect(error?.reason.contains("damaged") == true)
            }
            try whole.write(to: file)
            #expect(try WorldFolder(path).load()?.seed == WorldSeed(7))
        }
    }

    @Test("a folder is for one simulator at a time, and for its own user alone")
    func guarded() async throws {
        try await withFolder { path in
            let first = try WorldFolder(path)
            let none = try first.load()
            #expect(none == nil)
            try first.save(KeptWorld(seed: WorldSeed(1)))
            let modes = [try fileMode(path + "/world.json"), try fileMode(path)]
            #expect(modes == [0o600, 0o700])
            #expect(throws: FileLock.Refusal.self) { _ = try WorldFolder(path) }
            _ = consume first
            #expect(try WorldFolder(path).load() == KeptWorld(seed: WorldSeed(1)))
        }
    }
}
