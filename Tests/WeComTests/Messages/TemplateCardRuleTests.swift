import Testing
import WeCom

@Suite struct TemplateCardRuleTests {
    @Test("a card has a title, but for a text notice that has a subtitle")
    func titles() {
        let buttons = TemplateCard.Kind.buttonInteraction(ButtonInteraction([yes]))
        #expect(fault(of: card(buttons, title: nil))?.description == "template_card.main_title is missing")
        #expect(
            fault(of: card(buttons, title: .init(nil, description: "d")))?.description
                == "template_card.main_title.title is missing")
        #expect(fault(of: card(.textNotice(TextNotice(action: url, subtitle: "s")), title: nil)) == nil)
        #expect(
            fault(of: card(.textNotice(TextNotice(action: url)), title: nil))?.description
                == "template_card.main_title.title is missing, and so is sub_title_text: one of the two is needed")
    }

    @Test("a card that can be answered has an id by which the answer is known")
    func taskID() {
        let menu = CardExtras(menu: .init([.init("m", key: "k")]))
        for kind: TemplateCard.Kind in [
            .textNotice(TextNotice(action: url, extras: menu)),
            .newsNotice(NewsNotice(action: url, picture: .init("https://e.com/p"), extras: menu)),
            .buttonInteraction(ButtonInteraction([yes])), .voteInteraction(vote), .multipleInteraction(multiple),
        ] {
            #expect(fault(of: card(kind)) == nil)
            #expect(fault(of: card(kind, taskID: nil))?.description == "template_card.task_id is missing")
        }
        #expect(fault(of: card(.textNotice(TextNotice(action: url)), taskID: nil)) == nil)
    }

    @Test("the id is of letters, digits, _, - and @", arguments: ["a b", "a.b", "任务", "a/b", "é", ""])
    func alphabet(id: String) {
        let found = fault(of: card(.buttonInteraction(ButtonInteraction([yes])), taskID: id))
        #expect(found?.field == "template_card.task_id")
    }

    @Test("every choice has a key of its own")
    func uniqueKeys() {
        let twins = [yes, ButtonInteraction.Button("link", .url("https://e.com")), yes]
        #expect(found(.buttonInteraction(ButtonInteraction(twins))) == "template_card.button_list[2].key")
        let menu = CardExtras(menu: .init([.init("a", key: "k"), .init("b", key: "k")]))
        #expect(
            found(.textNotice(TextNotice(action: url, extras: menu)))
                == "template_card.action_menu.action_list[1].key")
        let sameAsButton = CardExtras(menu: .init([.init("a", key: "y")]))
        #expect(
            found(.buttonInteraction(ButtonInteraction([yes], extras: sameAsButton)))
                == "template_card.button_list[0].key")
        let options = [one, one]
        #expect(
            found(.multipleInteraction(MultipleInteraction([CardSelection("q", options: options)], submit: submit)))
                == "template_card.select_list[0].option_list[1].id")
        let question = CardSelection("q", options: [one])
        #expect(
            found(.multipleInteraction(MultipleInteraction([question, question], submit: submit)))
                == "template_card.select_list[1].question_key")
        let boxes = VoteInteraction.Checkbox("q", options: [.init("1", "a"), .init("1", "b")])
        #expect(
            found(.voteInteraction(VoteInteraction(boxes, submit: submit)))
                == "template_card.checkbox.option_list[1].id")
    }

    @Test("a picture notice has a picture, of a shape that WeCom shows")
    func pictures() {
        #expect(found(.newsNotice(NewsNotice(action: url))) == "template_card.card_image")
        for (ratio, isValid) in [(1.29, false), (1.3, true), (2.25, true), (2.26, false), (Double.nan, false)] {
            let picture = NewsNotice.Picture("https://e.com/p", aspectRatio: ratio)
            let field = found(.newsNotice(NewsNotice(action: url, picture: picture)))
            #expect(field == (isValid ? nil : "template_card.card_image.aspect_ratio"))
        }
    }

    @Test("a row's link has what its type needs")
    func rows() {
        for (row, field) in [
            (CardExtras.Row(""), "keyname"), (.init("k", link: .url("e.com")), "url"),
            (.init("k", "a.pdf", link: .attachment(MediaID(""))), "media_id"),
            (.init("k", link: .attachment(MediaID("M"))), "value"), (.init("k", link: .member(UserID(""))), "userid"),
        ] {
            let notice = TextNotice(action: url, extras: CardExtras(rows: [row]))
            #expect(found(.textNotice(notice)) == "template_card.horizontal_content_list[0].\(field)")
        }
    }

    @Test("a button has words and one of four looks")
    func buttons() {
        #expect(
            found(.buttonInteraction(ButtonInteraction([.init("", key: "k")])))
                == "template_card.button_list[0].text")
        for (style, isValid) in [(0, false), (1, true), (4, true), (5, false)] as [(Int64, Bool)] {
            let field = found(.buttonInteraction(ButtonInteraction([.init("b", style: style, key: "k")])))
            #expect(field == (isValid ? nil : "template_card.button_list[0].style"))
        }
    }

    @Test("lengths that are only advised are no reason to refuse a card")
    func advice() {
        let long = letters(300)
        let notice = TextNotice(
            action: url, emphasis: .init(long, description: long), subtitle: long, jumps: [CardJump(long)],
            extras: CardExtras(rows: [.init(long, long)]))
        #expect(fault(of: card(.textNotice(notice), title: .init(long, description: long))) == nil)
    }

    @Test("what only an update can bring is no part of a card that is sent")
    func updateOnly() {
        var chosen = CardSelection("q", options: [one])
        chosen.isDisabled = true
        var boxes = vote.checkbox
        boxes.isDisabled = false
        for (kind, field) in [
            (.buttonInteraction(ButtonInteraction([yes], replaceText: "Done")), "replace_text"),
            (.buttonInteraction(ButtonInteraction([yes], selection: chosen)), "button_selection.disable"),
            (.voteInteraction(VoteInteraction(boxes, submit: submit)), "checkbox.disable"),
            (.voteInteraction(VoteInteraction(vote.checkbox, submit: submit, replaceText: "x")), "replace_text"),
            (.multipleInteraction(MultipleInteraction([chosen], submit: submit)), "select_list[0].disable"),
        ] as [(TemplateCard.Kind, String)] {
            #expect(
                fault(of: card(kind))?.description
                    == "template_card.\(field) stands only in an update of a card that was sent")
        }
    }

    // MARK: Making

    private let url = TemplateCard.Target.url("https://e.com")
    private let yes = ButtonInteraction.Button("yes", key: "y")
    private let one = CardSelection.Option("1", "one")
    private let submit = SubmitButton("send", key: "s")
    private var vote: VoteInteraction {
        VoteInteraction(.init("q", options: [.init("1", "one")]), submit: submit)
    }
    private var multiple: MultipleInteraction {
        MultipleInteraction([CardSelection("q", options: [one])], submit: submit)
    }

    private func found(_ kind: TemplateCard.Kind) -> String? { fault(of: card(kind))?.field }
}
