import JSON
import Testing
import WeCom

@Suite struct OutboundCountTests {
    /// A list in messages of a type, and how many entries it may have.
    struct Count: Sendable, CustomTestStringConvertible {
        let type: String
        let field: String
        let allowed: ClosedRange<Int>
        var testDescription: String { "\(field) \(allowed)" }

        init(_ type: String, _ field: String, _ allowed: ClosedRange<Int>) {
            self.type = type
            self.field = field
            self.allowed = allowed
        }

        /// Finds the fault of so many copies of an entry, each with an id of its own.
        func fault(of count: Int, like entry: JSONValue) throws -> MessageFault? {
            let entries = (0..<count).map { number in
                JSONValue.object(
                    entry.members.map { member in
                        ["key", "id", "question_key"].contains(member.name)
                            ? .init(member.name, .string("\(member.name)\(number)")) : member
                    })
            }
            return try OutboundSamples.sample(type).fault(setting: field, .array(entries))
        }
    }

    @Test("as many entries as there may be are valid, one more or too few are refused by name", arguments: counts)
    func wrongCount(count: Count, entry: JSONValue) throws {
        #expect(try count.fault(of: count.allowed.upperBound, like: entry) == nil)
        #expect(try count.fault(of: count.allowed.lowerBound, like: entry) == nil)
        for wrong in [count.allowed.lowerBound - 1, count.allowed.upperBound + 1] where wrong >= 0 {
            #expect(
                try count.fault(of: wrong, like: entry)
                    == MessageFault(field: count.field, problem: .wrongCount(wrong, allowed: count.allowed)))
        }
    }

    @Test(
        "as many people, departments and tags as there may be are valid, one more is refused by name",
        arguments: [("touser", 1000), ("toparty", 100), ("totag", 100)])
    func recipients(field: String, limit: Int) throws {
        for count in [limit, limit + 1] {
            let numbers = Array(1...Int64(count))
            let to: Recipients =
                switch field {
                case "touser": .these(users: numbers.map { UserID("u\($0)") }, tags: [1])
                case "toparty": .these(parties: numbers, tags: [1])
                default: .these(users: [UserID("u")], tags: numbers)
                }
            let refused = MessageFault(field: field, problem: .wrongCount(count, allowed: 0...limit))
            #expect(fault(of: OutboundMessage(to: to, .text("hello"))) == (count > limit ? refused : nil))
        }
    }

    static let counts: [(Count, JSONValue)] = [
        (Count("news", "news.articles", 1...8), ["title": "t", "url": "https://e.com"]),
        (Count("mpnews", "mpnews.articles", 1...8), ["title": "t", "thumb_media_id": "M", "content": "c"]),
        (Count("miniprogram_notice", "miniprogram_notice.content_item", 0...10), ["key": "k", "value": "v"]),
        (Count("text_notice", "template_card.horizontal_content_list", 0...6), ["keyname": "r"]),
        (Count("text_notice", "template_card.action_menu.action_list", 1...3), ["text": "m", "key": "k"]),
        (Count("text_notice", "template_card.jump_list", 0...3), ["title": "j"]),
        (Count("news_notice", "template_card.jump_list", 0...3), ["title": "j"]),
        (Count("news_notice", "template_card.vertical_content_list", 0...4), ["title": "p"]),
        (Count("button_interaction", "template_card.button_list", 1...6), ["text": "b", "key": "k"]),
        (Count("button_interaction", "template_card.button_selection.option_list", 1...10), option),
        (
            Count("vote_interaction", "template_card.checkbox.option_list", 1...20),
            ["id": "1", "text": "o", "is_checked": false]
        ),
        (
            Count("multiple_interaction", "template_card.select_list", 1...3),
            ["question_key": "q", "option_list": .array([option])]
        ),
        (Count("multiple_interaction", "template_card.select_list[0].option_list", 1...10), option),
    ]

    private static let option: JSONValue = ["id": "1", "text": "o"]
}

extension JSONValue {
    fileprivate var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
