import XML

/// A person's click on a template card that we sent.
package struct CardClick: Sendable, Equatable {
    /// The key of the button, of the one that submits a choice, or of the entry of the card's menu.
    package var key: String
    /// The id that we gave the card when we sent it.
    package var taskID: String?
    /// `button_interaction`, `vote_interaction`, …
    package var cardType: String?
    /// With this the card can be changed: once, within 72 hours.
    package var responseCode: String?
    /// The ids that were chosen for each question.
    package var selections: [String: [String]]
    /// The ⋯ menu of the card, rather than the card itself.
    package var isMenu: Bool

    package init(
        key: String, taskID: String?, cardType: String? = nil, responseCode: String? = nil,
        selections: [String: [String]] = [:], isMenu: Bool = false
    ) {
        self.key = key
        self.taskID = taskID
        self.cardType = cardType
        self.responseCode = responseCode
        self.selections = selections
        self.isMenu = isMenu
    }
}

extension CardClick {
    init?(of root: XMLElement, isMenu: Bool) {
        guard let key = root.value("EventKey") else { return nil }
        self.init(
            key: key, taskID: root.value("TaskId"), cardType: root.value("CardType"),
            responseCode: root.value("ResponseCode"), selections: chosen(in: root), isMenu: isMenu)
    }
}

private func chosen(in root: XMLElement) -> [String: [String]] {
    var selections: [String: [String]] = [:]
    for item in root["SelectedItems"]?.all("SelectedItem") ?? [] {
        guard let question = item.value("QuestionKey") else { continue }
        selections[question, default: []] += options(of: item)
    }
    return selections
}

/// Older documents of the vendor write "Opiton".
private func options(of item: XMLElement) -> [String] {
    guard let list = item["OptionIds"] ?? item["OpitonIds"] else { return [] }
    return (list.all("OptionId") + list.all("OpitonId")).compactMap(\.text.trimmed.nonEmpty)
}
