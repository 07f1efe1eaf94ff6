import Crypto
import HTTP
import JSON
import Lifecycle
import Simulator
import System
import Testing
import WeCom

@Suite("Callbacks of the simulated WeCom to bots", .timeLimit(.minutes(2)))
struct BotCallbackTests {
    @Test("a URL is verified by its exact answer alone, within a second")
    func verification() async throws {
        try await withBots { world async throws in
            #expect(await world.wecom.verifyURL(of: world.webhook))
            for wrong in ["\n", " ", "1"] {
                world.script.echo { $0 + wrong }
                #expect(await !world.wecom.verifyURL(of: world.webhook), "with \(wrong.debugDescription) behind it")
            }
            let never = Signpost()
            world.script.echo { text in
                await never.wait()
                return text
            }
            #expect(await !world.wecom.verifyURL(of: world.webhook))
            never.reach()
        }
    }

    @Test(
        "a message that is not answered comes again, sealed anew, as often as the rules say",
        arguments: [0, 1, 2])
    func redelivery(times: Int) async throws {
        try await withBots { world async throws in
            world.wecom.changeWebhooks { $0.redeliveries = times }
            world.script.answer { _ in .status(500) }
            let bubble = await world.say()
            #expect(bubble?.fault == "HTTP 500" && bubble?.texts == [])
            let heard = world.script.heard
            #expect(heard.count == times + 1 && Set(heard.map(\.json.text)).count == 1)
            #expect(Set(heard.map(\.callback.nonce)).count == times + 1)
            #expect(Set(heard.map(\.callback.encrypted)).count == times + 1)
            #expect(world.wecom.transcript.callbacks.map(\.attempt) == Array(1...times + 1))
        }
    }

    @Test("an answer that is late counts as none, and the next try is heard")
    func late() async throws {
        try await withBots { world async throws in
            world.wecom.changeWebhooks { $0.patience = .milliseconds(100) }
            let (never, isFirst) = (Signpost(), Lock(true))
            world.script.answer { _ in
                if isFirst.withLock({ exchange(&$0, with: false) }) { await never.wait() }
                return .says(stream("S", "there", finish: true))
            }
            #expect(await world.say()?.text == "there")
            #expect(world.wecom.transcript.callbacks.map(\.status) == [nil, 200])
            never.reach()
        }
    }

    @Test("WeCom asks how far a stream has come until it ends, each time under another id and with nothing else")
    func polls() async throws {
        try await withBots { world async throws in
            let texts = Lock(["a", "ab", "ab", "abc"])
            world.script.answer { _ in
                let text = texts.withLock { $0.removeFirst() }
                return .says(stream("S", text, finish: text == "abc"))
            }
            let bubble = try #require(await world.say("hi", in: BotWorld.group))
            #expect(bubble.texts == ["a", "ab", "abc"] && bubble.isFinished && bubble.polls == 3)
            let polls = world.script.heard.dropFirst().map(\.json)
            #expect(polls.allSatisfy { $0["msgtype"] == "stream" && $0["stream"]?["id"] == "S" })
            #expect(polls.allSatisfy { $0["response_url"] == nil && $0["text"] == nil && $0["chatid"] == "wrGroup" })
            #expect(Set(polls.map { $0["msgid"]?.string }).count == 3)
        }
    }

    @Test("a question without an answer is put again, and after six minutes none is: the bubble stays as it is")
    func pollsEnd() async throws {
        try await withBots { world async throws in
            let count = Lock(0)
            world.script.answer { _ in
                switch count.withLock({ count in
                    count += 1
                    return count
                }) {
                case 2: return .status(503)
                case 4:
                    world.wecom.clock.advance(by: .seconds(361))
                    return .says(stream("S", "still"))
                default: return .says(stream("S", "still"))
                }
            }
            let bubble = try #require(await world.say())
            #expect(bubble.polls == 3 && !bubble.isFinished && bubble.text == "still" && bubble.fault == nil)
        }
    }

    @Test("a bot hears once a day that somebody has come in")
    func entries() async throws {
        try await withBots { world async throws in
            world.script.answer { _ in .says(["msgtype": "text", "text": ["content": "hello"]]) }
            #expect(await world.wecom.enter(world.webhook, as: BotWorld.user)?.text == "hello")
            #expect(await world.wecom.enter(world.webhook, as: BotWorld.user) == nil)
            #expect(await world.wecom.enter(world.webhook, as: UserID("u2")) != nil)
            world.wecom.clock.advance(by: .seconds(24 * 3600))
            #expect(await world.wecom.enter(world.webhook, as: BotWorld.user) != nil)
            #expect(world.script.heard.allSatisfy { $0.json["response_url"] == nil })
        }
    }

    @Test("callbacks have padding of every value from 1 to 32, and so have files")
    func padding() async throws {
        let key = SecretBytes(repeatElement(0, count: 32))
        let aes = AES256CBC(key: key, initialVector: SecretBytes(repeatElement(0, count: 16)))
        try await withBots { world async throws in
            var (callbacks, files) = (Set<UInt8>(), Set<UInt8>())
            for count in 0..<32 {
                let text = String(repeating: "x", count: count)
                let message = world.wecom.message(.text(text), from: BotWorld.user, in: .single, to: world.webhook)
                let sealed = world.wecom.callback(of: message.json, to: world.webhook).callback
                let plaintext = try aes.decrypt(try #require(Base64.decode(sealed.encrypted)))
                try callbacks.insert(value(of: plaintext))
                #expect(
                    try world.webhook.keys.verified(sealed)?.open(with: world.webhook.keys).message
                        == message.json.bytes)
                let address = world.wecom.seal(Array(text.utf8), named: "a", as: .file, for: world.webhook).url
                try files.insert(value(of: try aes.decrypt(try await world.get(address).bytes)))
            }
            #expect(callbacks == Set(1...32) && files == Set(1...32))
        }
    }

    /// The value of the padding that a plaintext ends in.
    private func value(of plaintext: [UInt8]) throws -> UInt8 {
        let last = try #require(plaintext.last)
        #expect(plaintext.count % 32 == 0 && plaintext.suffix(Int(last)).allSatisfy { $0 == last })
        return last
    }

    @Test("a file that is sent to a bot can be fetched for five minutes, sealed, by its name")
    func files() async throws {
        try await withBots { world async throws in
            let sealed = world.wecom.seal(png, named: "图 1.png", as: .image, for: world.webhook)
            let answer = try await world.get(sealed.url)
            #expect(try world.webhook.keys.mediaKey.open(answer.bytes) == png && sealed.key == nil)
            #expect(
                answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E5%9B%BE%201.png")
            world.wecom.clock.advance(by: .seconds(300))
            #expect(try await world.get(sealed.url).status == .notFound)
        }
    }
}
