import HTTP
import JSON
import Simulator
import System
import Testing
import WeCom
import XML

@Suite("Replies in the answer to a callback", .timeLimit(.minutes(5))) struct PassiveReplyTests {
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

    /// Sends a card to two people, the first of whom presses something that is answered so.
    private func pressed(
        _ key: String = "yes", of card: JSONValue = Cards.buttons(), answered body: [UInt8], in world: World
    ) async throws -> SentMessage {
        #expect(try await world.send("template_card", card, to: "zhangsan|lisi")["errcode"] == 0)
        let message = try #require(world.wecom.transcript.messages.last)
        try await Ear.listening(to: world) { _ in
            HTTPResponse(.ok, body: .whole(body))
        } _: { _ in
            #expect(await world.wecom.press(key, of: message, as: user, to: world.apps[0]).count == 1)
        }
        return message
    }

    @Test("update_button greys the buttons for whoever pressed one, and the click's code is still good")
    func renamed() async throws {
        try await withWorld { world async throws in
            let body = reply("update_button", by: world.apps[0]) { xml in
                xml.element("Button") { $0.element("ReplaceName", text: "已处理") }
            }
            let message = try await pressed(answered: body, in: world)
            let card = try #require(world.wecom.card(of: message, seenBy: user))
            #expect(card.ending == "已处理" && card.buttons.isEmpty)
            #expect(world.wecom.card(of: message, seenBy: UserID("lisi"))?.buttons.count == 2)
            #expect(world.wecom.transcript.cardUpdates.map(\.users) == [[user]])
            #expect(world.wecom.transcript.refusals.isEmpty && world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("update_template_card replaces the card; its lists are elements that repeat")
    func replaced() async throws {
        try await withWorld { world async throws in
            let body = reply("update_template_card", by: world.apps[0]) { xml in
                xml.element("TemplateCard") { card in
                    card.element("CardType", text: "multiple_interaction")
                    card.element("Source") { $0.element("DescColor", number: 1) }
                    card.element("MainTitle") { $0.element("Title", text: "T") }
                    for list in 1...2 {
                        card.element("SelectList") { element in
                            element.element("QuestionKey", text: "q\(list)")
                            element.element("Disable", text: "true")
                            for id in ["a", "b"].prefix(list) {
                                element.element("OptionList") { option in
                                    option.element("Id", text: id)
                                    option.element("Text", text: "1")
                                }
                            }
                        }
                    }
                    card.element("SubmitButton") { button in
                        button.element("Text", text: "Send")
                        button.element("Key", text: "send")
                    }
                    card.element("ReplaceText", text: "Done")
                }
            }
            let message = try await pressed(answered: body, in: world)
            let json: JSONValue = [
                "card_type": "multiple_interaction", "source": ["desc_color": 1], "main_title": ["title": "T"],
                "select_list": [
                    ["question_key": "q1", "disable": true, "option_list": [["id": "a", "text": "1"]]],
                    [
                        "question_key": "q2", "disable": true,
                        "option_list": [["id": "a", "text": "1"], ["id": "b", "text": "1"]],
                    ],
                ],
                "submit_button": ["text": "Send", "key": "send"], "replace_text": "Done",
            ]
            #expect(world.wecom.card(of: message, seenBy: user)?.json == json)
            #expect(world.wecom.card(of: message, seenBy: UserID("lisi"))?.json == Cards.buttons())
        }
    }

    @Test("the names of fields that are one word in the JSON, and buttons with their styles, are read as such")
    func names() async throws {
        try await withWorld { world async throws in
            let body = reply("update_template_card", by: world.apps[0]) { xml in
                xml.element("TemplateCard") { card in
                    card.element("CardType", text: "button_interaction")
                    card.element("MainTitle") { $0.element("Title", text: "T") }
                    card.element("HorizontalContentList") { row in
                        row.element("KeyName", text: "k")
                        row.element("Value", text: "v")
                    }
                    card.element("CardAction") { action in
                        action.element("Type", number: 2)
                        action.element("AppId", text: "wx1")
                        action.element("PagePath", text: "/p")
                    }
                    card.element("ButtonList") { button in
                        button.element("Text", text: "Yes")
                        button.element("Style", number: 1)
                        button.element("Key", text: "yes")
                    }
                }
            }
            let message = try await pressed(answered: body, in: world)
            let json: JSONValue = [
                "card_type": "button_interaction", "main_title": ["title": "T"],
                "horizontal_content_list": [["keyname": "k", "value": "v"]],
                "card_action": ["type": 2, "appid": "wx1", "pagepath": "/p"],
                "button_list": [["text": "Yes", "style": 1, "key": "yes"]],
            ]
            #expect(world.wecom.card(of: message, seenBy: user)?.json == json)
        }
    }

    @Test("a card is updated in the answer to a click on its buttons, by what a card may be, and by nothing else")
    func wrongUpdates() async throws {
        try await withWorld { world async throws in
            let app = world.apps[0]
            func card(_ fields: [String: String]) -> [UInt8] {
                reply("update_template_card", by: app) { xml in
                    xml.element("TemplateCard") { card in
                        for (name, text) in fields { card.element(name, text: text) }
                    }
                }
            }
            let rename = reply("update_button", by: app) { xml in
                xml.element("Button") { $0.element("ReplaceName", text: "x") }
            }
            let bodies = [
                (reply("text", by: app) { $0.element("Content", text: "x") }, -1),
                (reply("update_button", by: app) { _ in }, 42020),
                (reply("update_template_card", by: app) { _ in }, 40058),
                (reply("update_button", by: app, to: "lisi") { $0.element("Button") { _ in } }, -1),
                (card(["CardType": "poster"]), 42031), (card(["CardType": "text_notice"]), 41016),
                (card(["CardType": "text_notice", "SubTitleText": "s"]), 42045),
            ]
            for (index, (body, code)) in bodies.enumerated() {
                _ = try await pressed(of: Cards.buttons("task-\(index)"), answered: body, in: world)
                #expect(world.wecom.transcript.refusals.map(\.code).last == Int64(code), "\(index)")
            }
            _ = try await said(rename, in: world)
            let menu: JSONValue = ["action_list": [["text": "a", "key": "k"]]]
            let withMenu = Cards.text.with("task_id", "menu").with("action_menu", menu)
            _ = try await pressed("k", of: withMenu, answered: rename, in: world)
            #expect(world.wecom.transcript.refusals.count == bodies.count + 2)
            #expect(world.wecom.transcript.cardUpdates.isEmpty)
            // The menu of a card is answered as a message is.
            let words = reply("text", by: app) { $0.element("Content", text: "chosen") }
            _ = try await pressed("k", of: withMenu.with("task_id", "menu-2"), answered: words, in: world)
            #expect(world.wecom.transcript.delivered.last?.text == "chosen")
        }
    }

    @Test("the query of a callback has the time of WeCom's clock")
    func timestamps() async throws {
        try await withWorld { world async throws in
            world.wecom.clock.advance(by: .seconds(-25 * 3600))
            let before = world.wecom.clock.wall.seconds
            try await Ear.listening(to: world) { ear in
                await world.wecom.say("hi", as: user, to: world.apps[0])
                let stamp = try #require(ear.timestamps.first.flatMap { Int64($0) })
                #expect((before...world.wecom.clock.wall.seconds).contains(stamp))
            }
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
