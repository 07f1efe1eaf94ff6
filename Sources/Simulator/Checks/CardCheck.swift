import JSON
import WeCom

/// WeCom's look at a template card, field by field.
struct CardCheck {
    /// The sender of a card: a few fields differ.
    enum Sender: Equatable {
        case app(isCalled: Bool)
        case bot
    }

    let card: JSONValue
    let sender: Sender
    var media: (_ id: String, _ kind: FakeMedia.Kind) -> FakeMedia? = { _, _ in nil }
    /// A card that takes the place of another has no task of its own.
    var isUpdate = false

    private static let maxKeyBytes = 1024

    func check() throws(Refusal) {
        guard let type = card["card_type"]?.string.flatMap(FakeCard.Kind.init) else {
            throw Refusal(42031, "invalid card_type")
        }
        try checkTask(type)
        try checkActionMenu()
        if type.isInteractive || card["action_menu"] != nil, sender == .app(isCalled: false) {
            throw Refusal(43012, "the app has no callback URL")
        }
        switch type {
        case .textNotice: try checkTextNotice()
        case .newsNotice: try checkNewsNotice()
        case .buttons: try checkButtons()
        case .vote: try checkVote()
        case .choices: try checkChoices()
        }
    }

    private func checkTask(_ type: FakeCard.Kind) throws(Refusal) {
        let task = try card.optional("task_id", atMost: 128, else: 42014) ?? ""
        guard !task.isEmpty else {
            guard isUpdate || !(type.isInteractive || card["action_menu"] != nil) else {
                throw Refusal(42014, "task_id missing")
            }
            return
        }
        guard task.utf8.allSatisfy({ $0.isLetterOrDigit || "_-@".utf8.contains($0) }) else {
            throw Refusal(42014, "invalid task_id")
        }
    }

    private func checkActionMenu() throws(Refusal) {
        guard let menu = try card.optionalObject("action_menu") else { return }
        var keys: [String] = []
        for action in try menu.demandList("action_list", 1...3, or: 40058) {
            _ = try action.demand("text", or: 42038)
            keys.append(try action.demand("key", or: 42039, atMost: CardCheck.maxKeyBytes, else: 42039))
        }
        try JSONValue.demandDifferent(keys, or: 42051, "the keys of action_list")
    }

    // MARK: Notices

    private func checkTextNotice() throws(Refusal) {
        let title = try card.optionalObject("main_title")?.optional("title") ?? ""
        let subtitle = try card.optional("sub_title_text") ?? ""
        guard !(title.isEmpty && subtitle.isEmpty) else { throw Refusal(41016, "main_title.title missing") }
        try checkExtras()
        try checkCardAction(isRequired: true)
    }

    private func checkNewsNotice() throws(Refusal) {
        try checkMainTitle()
        let area = try card.optionalObject("image_text_area")
        let image = try card.optionalObject("card_image")
        guard area != nil || image != nil else { throw Refusal(42044, "card_image missing") }
        if let area {
            try area.demandURL("image_url", or: 42044)
            try checkTarget(of: area)
        }
        if let image {
            try image.demandURL("url", or: 42044)
            try checkRatio(of: image)
        }
        for row in try card.optionalList("vertical_content_list", atMost: 4, or: 42036) {
            _ = try row.demand("title", or: 42033)
        }
        try checkExtras()
        try checkCardAction(isRequired: true)
    }

    private func checkRatio(of image: JSONValue) throws(Refusal) {
        switch image["aspect_ratio"] {
        case nil: break
        case .number(let ratio) where (1.3...2.25).contains(ratio): break
        case .integer(2): break
        default: throw Refusal(42044, "aspect_ratio must be 1.3 to 2.25")
        }
    }

    // MARK: Cards that are answered

    private func checkButtons() throws(Refusal) {
        try checkMainTitle()
        var keys: [String] = []
        for button in try card.demandList("button_list", 1...6, or: 42038) {
            _ = try button.demand("text", or: 42038)
            _ = try button.choice("style", 1...4, otherwise: 1)
            if try button.choice("type", 0...1, otherwise: 0) == 1 {
                try button.demandURL("url", or: 42028)
            } else {
                keys.append(try button.demand("key", or: 42039, atMost: CardCheck.maxKeyBytes, else: 42039))
            }
        }
        try JSONValue.demandDifferent(keys, or: 42039, "the keys of button_list")
        if let selection = try card.optionalObject("button_selection") {
            _ = try selection.demand("question_key", or: 42043, atMost: CardCheck.maxKeyBytes, else: 42043)
            try checkOptions(of: selection, atMost: 10)
        }
        try checkExtras()
        try checkCardAction(isRequired: false)
    }

    private func checkVote() throws(Refusal) {
        try checkMainTitle()
        let box = try card.demandObject("checkbox", or: 42043)
        _ = try box.demand("question_key", or: 42043, atMost: CardCheck.maxKeyBytes, else: 42043)
        _ = try box.choice("mode", 0...1, otherwise: 0)
        try checkOptions(of: box, atMost: 20)
        for option in box["option_list"]?.array ?? [] where option["is_checked"]?.bool == nil {
            throw Refusal(40058, "is_checked missing")
        }
        try checkSubmitButton()
    }

    private func checkChoices() throws(Refusal) {
        try checkMainTitle()
        var keys: [String] = []
        for list in try card.demandList("select_list", 1...3, or: 42047) {
            keys.append(try list.demand("question_key", or: 42043, atMost: CardCheck.maxKeyBytes, else: 42043))
            try checkOptions(of: list, atMost: 10)
        }
        try JSONValue.demandDifferent(keys, or: 42043, "the question keys")
        try checkSubmitButton()
    }

    private func checkOptions(of question: JSONValue, atMost limit: Int) throws(Refusal) {
        var ids: [String] = []
        for option in try question.demandList("option_list", 1...limit, or: 42037) {
            ids.append(try option.demand("id", or: 42040, atMost: 128, else: 42040))
            _ = try option.demand("text", or: 42041)
        }
        try JSONValue.demandDifferent(ids, or: 42040, "the ids of option_list")
    }

    private func checkSubmitButton() throws(Refusal) {
        let button = try card.demandObject("submit_button", or: 42049)
        _ = try button.demand("text", or: 42049)
        _ = try button.demand("key", or: 42046, atMost: CardCheck.maxKeyBytes, else: 42046)
    }
}

extension FakeApp {
    var cardSender: CardCheck.Sender { .app(isCalled: !callbackURL.isEmpty) }
}
