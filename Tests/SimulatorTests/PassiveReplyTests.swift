import HTTP
import Simulator
import System
import Testing
import WeCom
import XML

@Suite("Replies in the answer to a callback")
struct PassiveReplyTests {
    private let user = UserID("zhangsan")

    /// The body of a reply, sealed as an app does.
    private func reply(
        _ type: String, by app: FakeApp, to user: String = "zhangsan", from corp: String? = nil,
        _ content: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var document = XMLWriter()
        document.element("xml") { xml in
            xml.element("ToUserName", text: user)
            xml.element("FromUserName", text: corp ?? app.corpID.text)
            xml.element("CreateTime", number: 1_409_659_813)
            xml.element("MsgType", text: type)
            content(&xml)
        }
        let sealed = app.keys.seal(
            message: document.bytes, receiver: app.corpID.text, timestamp: "1409659813", nonce: "1372623149")
        return sealed.passiveReply
    }

    private func said(_ body: [UInt8], in world: World) async throws -> [SentMessage] {
        try await Ear.listening(to: world) { _ in
            HTTPResponse(.ok, body: .whole(body))
        } _: { _ in
            await world.wecom.say("hi", as: user, to: world.apps[0])
        }
        return world.wecom.transcript.delivered
    }

    @Test("a text reaches whoever wrote, from the app they wrote to, and is cut as one that is sent")
    func text() async throws {
        try await withWorld { world async throws in
            let words = String(repeating: "long ", count: 1000)
            let body = reply("text", by: world.apps[0]) { $0.element("Content", text: words) }
            let message = try #require(try await said(body, in: world).first)
            #expect(message.recipients == [user] && message.app == world.apps[0].identity)
            #expect(message.text == String(words.prefix(2048)))
            #expect(world.wecom.transcript.callbacks.count == 1)
        }
    }

    @Test("pictures and articles are looked at as those that are sent")
    func others() async throws {
        try await withWorld { world async throws in
            let media = world.wecom.hold(png, .image, named: "a.png", of: world.apps[0].corpID)
            let body = reply("image", by: world.apps[0]) { xml in
                xml.element("Image") { $0.element("MediaId", text: media.id) }
            }
            #expect(try await said(body, in: world).first?.media?.name == "a.png")
        }
        try await withWorld { world async throws in
            let body = reply("news", by: world.apps[0]) { xml in
                xml.element("ArticleCount", number: 1)
                xml.element("Articles") { articles in
                    articles.element("item") { item in
                        item.element("Title", text: "t")
                        item.element("Url", text: "https://example.com")
                    }
                }
            }
            let message = try #require(try await said(body, in: world).first)
            let articles = if case .articles(let articles) = message.content { articles } else { [FakeArticle]() }
            #expect(articles.map(\.title) == ["t"])
        }
    }

    @Test("an empty answer and the word success say nothing", arguments: ["", " \n", "success"])
    func nothing(body: String) async throws {
        try await withWorld { world async throws in
            #expect(try await said(Array(body.utf8), in: world).isEmpty)
            #expect(world.wecom.transcript.refusals.isEmpty)
        }
    }

    @Test("what is wrong is shown to nobody, and the transcript knows why")
    func wrong() async throws {
        try await withWorld { world async throws in
            let (app, other) = (world.apps[0], world.apps[2])
            let bodies = [
                Array("{}".utf8), Array("<xml><Encrypt>x</Encrypt></xml>".utf8),
                reply("text", by: other) { $0.element("Content", text: "x") },
                reply("text", by: app, from: "ww0000000000000009") { $0.element("Content", text: "x") },
                reply("text", by: app, to: "lisi") { $0.element("Content", text: "x") },
                reply("text", by: app) { $0.element("Content", text: "") },
                reply("image", by: app) { $0.element("Image") { $0.element("MediaId", text: "none") } },
                reply("hologram", by: app) { _ in },
            ]
            for body in bodies { #expect(try await said(body, in: world).isEmpty) }
            #expect(world.wecom.transcript.refusals.map(\.call) == bodies.map { _ in "callback" })
        }
    }

    @Test("a callback is posted as often as WeCom's pages say, which differ", arguments: [3, 4])
    func deliveries(count: Int) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCallbacks { $0.deliveries = count }
            let tries = await world.wecom.say("hi", as: user, to: world.apps[0], patience: .milliseconds(10))
            #expect(tries.count == count)
        }
    }

    @Test("a refusal is repeated, or taken for an answer", arguments: [true, false])
    func refusals(repeats: Bool) async throws {
        try await withWorld { world async throws in
            world.wecom.changeCallbacks { $0.repeatsWhatIsRefused = repeats }
            try await Ear.listening(to: world) { _ in
                HTTPResponse(.serviceUnavailable)
            } _: { _ in
                let tries = await world.wecom.say("hi", as: user, to: world.apps[0], patience: .milliseconds(200))
                #expect(tries.count == (repeats ? 4 : 1))
            }
        }
    }
}
