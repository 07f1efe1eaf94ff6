import JSON
import Testing
import WeCom

@Suite struct CardUpdateTests {
    @Test("a button is renamed as WeCom documents it, for lists of people, departments and tags")
    func button() throws {
        let update = CardUpdate(
            to: .these(users: [UserID("u1")], parties: [2], tags: [3]), responseCode: "RC",
            .button(replaceName: "Done"))
        try check(
            update,
            #"{"userids":["u1"],"partyids":[2],"tagids":[3],"response_code":"RC","button":{"replace_name":"Done"}}"#)
    }

    @Test("another card takes its place, with what only an update has")
    func card() throws {
        try check(
            #"{"userids":["u1"],"response_code":"RC","enable_id_trans":1,"template_card":"#
                + #"{"card_type":"button_interaction","main_title":{"title":"T"},"#
                + #""button_list":[{"text":"x","style":1,"key":"k"}],"replace_text":"Done"}}"#)
    }

    @Test(
        "what was chosen is shown and cannot be changed any more",
        arguments: [
            (
                "multiple_interaction",
                #""select_list":[{"question_key":"q","disable":true,"selected_id":"a","#
                    + #""option_list":[{"id":"a","text":"A"}]}]"#
            ),
            (
                "vote_interaction",
                #""checkbox":{"question_key":"q","disable":true,"#
                    + #""option_list":[{"id":"a","text":"A","is_checked":true}]}"#
            ),
        ])
    func disabled(type: String, part: String) throws {
        try check(
            #"{"atall":1,"response_code":"RC","template_card":{"card_type":"\#(type)","main_title":{"title":"T"},"#
                + #"\#(part),"submit_button":{"text":"s","key":"k"},"replace_text":"r"}}"#)
    }

    @Test("what WeCom would refuse is refused by name")
    func faults() throws {
        let done = CardUpdate.Change.button(replaceName: "Done")
        let user = Recipients.user(UserID("u"))
        for (update, words) in [
            (CardUpdate(to: user, responseCode: "", done), "response_code is empty"),
            (CardUpdate(to: user, responseCode: "RC", .button(replaceName: "")), "button.replace_name is empty"),
            (
                CardUpdate(to: .these(), responseCode: "RC", done),
                "userids is missing, and so are partyids and tagids: a message needs a recipient"
            ),
            (
                CardUpdate(to: .these(tags: (0...100).map { $0 }), responseCode: "RC", done),
                "tagids has 101 entries; WeCom takes at most 100"
            ),
        ] {
            #expect(throws: MessageFault.self) { try update.validate() }
            #expect((try? fault(of: update)) == words)
        }
        let untitled = #"""
            {"userids":["u"],"response_code":"RC",
            "template_card":{"card_type":"button_interaction","button_list":[{"text":"x","key":"k"}]}}
            """#
        let update = try CardUpdate(json: JSONValue(parsing: Array(untitled.utf8)))
        #expect(try fault(of: update) == "template_card.main_title is missing")
    }

    @Test(
        "what is no update is refused with the place of the fault",
        arguments: [
            (#"{"userids":"u","response_code":"RC"}"#, "userids must be a list"),
            (#"{"userids":[1],"response_code":"RC"}"#, "userids[0] must be a string"),
            (#"{"partyids":["1"],"response_code":"RC"}"#, "partyids[0] must be a whole number"),
            (#"{"userids":["u"]}"#, "response_code is missing"),
            (#"{"userids":["u"],"response_code":"RC"}"#, "template_card is missing"),
            (
                #"{"userids":["u"],"response_code":"RC","button":{},"template_card":{}}"#,
                "button stands beside template_card: leave one out"
            ),
            (
                #"{"response_code":"RC","button":{"replace_name":"x","text":"y"}}"#,
                "button.text is a field that WeCom does not know here"
            ),
        ])
    func reading(text: String, words: String) throws {
        let json = try JSONValue(parsing: Array(text.utf8))
        let error = #expect(throws: MessageFault.self) { try CardUpdate(json: json) }
        #expect(error?.description == words)
    }

    private func check(_ update: CardUpdate, _ text: String) throws {
        #expect(update.json.text == text)
        #expect(try CardUpdate(json: JSONValue(parsing: Array(text.utf8))) == update)
        try update.validate()
    }

    private func check(_ text: String) throws {
        try check(try CardUpdate(json: JSONValue(parsing: Array(text.utf8))), text)
    }

    private func fault(of update: CardUpdate) throws -> String? {
        do throws(MessageFault) {
            try update.validate()
            return nil
        } catch {
            return error.description
        }
    }
}
