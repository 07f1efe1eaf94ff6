import JSON
import SeededTesting
import Testing
import WeCom

@Suite struct OutboundReadingTests {
    @Test(
        "what is no message is refused with the place of the fault",
        arguments: [
            (#"[]"#, "the message must be an object"),
            (#"{}"#, "msgtype is missing"),
            (#"{"msgtype":"text"}"#, "text is missing"),
            (#"{"msgtype":7}"#, "msgtype must be a string"),
            (#"{"msgtype":"text","text":"hi"}"#, "text must be an object"),
            (#"{"msgtype":"text","text":{}}"#, "text.content is missing"),
            (#"{"msgtype":"text","text":{"content":null}}"#, "text.content must be a string"),
            (
                #"{"msgtype":"text","text":{"content":"hi","mentioned_list":[]}}"#,
                "text.mentioned_list is a field that WeCom does not know here"
            ),
            (
                #"{"msgtype":"text","text":{"content":"a"},"image":{"media_id":"M"}}"#,
                "image is a field that WeCom does not know here"
            ),
            (#"{"msgtype":"text","text":{"content":"a","content":"b"}}"#, "text.content stands there twice"),
            (
                #"{"msgtype":"text","text":{"content":"a"},"agentid":1}"#,
                "agentid is set when the message is sent: leave it out"
            ),
            (#"{"msgtype":"text","text":{"content":"a"},"safe":3}"#, "safe must be one of 0, 1, 2"),
            (#"{"msgtype":"text","text":{"content":"a"},"enable_id_trans":true}"#, "enable_id_trans must be 0 or 1"),
            (#"{"msgtype":"text","text":{"content":"a"},"enable_id_trans":2}"#, "enable_id_trans must be 0 or 1"),
            (#"{"touser":["u"],"msgtype":"text","text":{"content":"a"}}"#, "touser must be a string"),
            (
                #"{"toparty":"1|x","msgtype":"text","text":{"content":"a"}}"#,
                "toparty must be a string of numbers joined by |"
            ),
            (#"{"totag":1,"msgtype":"text","text":{"content":"a"}}"#, "totag must be a string of numbers joined by |"),
            (#"{"msgtype":"news","news":{"articles":{}}}"#, "news.articles must be a list"),
            (#"{"msgtype":"news","news":{"articles":[{"title":"t"}]}}"#, "news.articles[0].url is missing"),
            (
                #"{"msgtype":"news","news":{"articles":[{"title":"t","appid":"wx1"}]}}"#,
                "news.articles[0].pagepath is missing"
            ),
        ])
    func refusals(text: String, words: String) throws { #expect(try fault(reading: text)?.description == words) }

    @Test("a whole number may be written with a point, and one with a fraction is refused")
    func wholeNumbers() throws {
        func words(_ safe: String) -> String {
            #"{"touser":"u","msgtype":"text","text":{"content":"a"},"safe":\#(safe),"enable_id_trans":1.0}"#
        }
        let message = try OutboundMessage(json: try JSONValue(parsing: Array(words("1.0").utf8)))
        #expect(message.safe == .confidential && message.translatesIDs)
        #expect(try fault(reading: words("1.5"))?.description == "safe must be a whole number")
        #expect(try fault(reading: words("1e40"))?.description == "safe must be a whole number")
    }

    @Test("a type that there is not is refused with those there are")
    func unknownType() throws {
        let found = try fault(reading: #"{"msgtype":"taskcard"}"#)
        #expect(
            found?.description
                == "msgtype must be one of text, markdown, image, voice, video, file, textcard, news, mpnews, "
                + "miniprogram_notice, template_card")
    }

    @Test(
        "what is no card is refused with the place of the fault",
        arguments: [
            (#"{}"#, "card_type is missing"),
            (
                #"{"card_type":"x"}"#,
                "card_type must be one of text_notice, news_notice, button_interaction, vote_interaction, "
                    + "multiple_interaction"
            ),
            (#"{"card_type":"text_notice"}"#, "card_action is missing"),
            (
                #"{"card_type":"text_notice","card_action":{"type":0}}"#,
                "card_action.type must be 1 for a url or 2 for an appid"
            ),
            (
                #"{"card_type":"text_notice","card_action":{"url":"https://e.com"}}"#,
                "card_action.type must be 1 for a url or 2 for an appid"
            ),
            (#"{"card_type":"text_notice","card_action":{"type":2}}"#, "card_action.appid is missing"),
            (#"{"card_type":"text_notice","card_action":{"type":3}}"#, "card_action.type must be one of 0, 1, 2"),
            (
                #"{"card_type":"text_notice","card_action":{"type":1,"url":"u"},"button_list":[]}"#,
                "button_list is a field that WeCom does not know here"
            ),
            (
                #"{"card_type":"button_interaction","button_list":[{"text":"a","key":"k"},{"text":"b"}]}"#,
                "button_list[1].key is missing"
            ),
            (
                #"{"card_type":"button_interaction","button_list":[{"type":1,"text":"a","url":"u","key":"k"}]}"#,
                "button_list[0].key is a field that WeCom does not know here"
            ),
            (
                #"{"card_type":"button_interaction","button_list":[],"#
                    + #""horizontal_content_list":[{"keyname":"k","type":2}]}"#,
                "horizontal_content_list[0].media_id is missing"
            ),
            (
                #"{"card_type":"vote_interaction","checkbox":{"question_key":"q","#
                    + #""option_list":[{"id":"1","text":"a"}]}}"#,
                "checkbox.option_list[0].is_checked is missing"
            ),
            (
                #"{"card_type":"multiple_interaction","select_list":[],"jump_list":[]}"#, "submit_button is missing"
            ),
        ])
    func cards(card: String, words: String) throws {
        let found = try fault(reading: #"{"msgtype":"template_card","template_card":\#(card)}"#)
        #expect(found?.description == "template_card." + words)
    }

    @Test("beside everyone, departments and tags count for nothing")
    func everyone() throws {
        let text = #"{"touser":"@all","toparty":"1","totag":"2","msgtype":"text","text":{"content":"a"}}"#
        let message = try OutboundMessage(json: JSONValue(parsing: Array(text.utf8)))
        #expect(message.to == .everyone)
        #expect(message.json.text == #"{"touser":"@all","msgtype":"text","text":{"content":"a"}}"#)
    }

    @Test("whatever is taken out of a message or put in its place, it is read or refused, and reads back the same")
    func hostile() throws {
        var numbers = SeededNumbers()
        let strange: [JSONValue] = [.null, true, -1, 2, .number(1.5), "", "x", [], [:], ["x"], ["type": 2]]
        for sample in OutboundSamples.all + OutboundSamples.fullCards {
            for _ in 0..<200 {
                let changed = change(try sample.json, strange, &numbers)
                guard let message = try? OutboundMessage(json: changed) else { continue }
                #expect(try OutboundMessage(json: message.json) == message, "seed \(numbers.seed)")
            }
        }
    }

    /// The value with one thing in it replaced or left out.
    private func change(_ value: JSONValue, _ strange: [JSONValue], _ numbers: inout SeededNumbers) -> JSONValue {
        switch value {
        case .object(var members) where !members.isEmpty && Int.random(in: 0..<4, using: &numbers) > 0:
            let index = members.indices.randomElement(using: &numbers)!
            let member = members.remove(at: index)
            if Int.random(in: 0..<4, using: &numbers) > 0 {
                members.insert(.init(member.name, change(member.value, strange, &numbers)), at: index)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<4, using: &numbers) > 0:
            let index = elements.indices.randomElement(using: &numbers)!
            elements[index] = change(elements[index], strange, &numbers)
            return .array(elements)
        default: return strange.randomElement(using: &numbers)!
        }
    }
}
