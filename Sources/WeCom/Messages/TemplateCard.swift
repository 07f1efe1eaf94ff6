package import JSON

/// A card laid out by WeCom, to read or to answer with a tap.
///
/// The interactive kinds, and the others with a menu, need an app with a working callback URL: what people choose comes
/// as an event.
package struct TemplateCard: Sendable, Equatable {
    package let json: JSONValue

    init(json: JSONValue) { self.json = json }

    /// Reads a card that an app is to send: everything is of its kind and within WeCom's limits, and there is nothing that WeCom
    /// does not know.
    package init(ofApp json: JSONValue) throws(MessageFault) { try self.init(json, of: .templateCard) }

    init(_ json: JSONValue, of kind: FieldKind) throws(MessageFault) {
        let path = FieldPath(text: "template_card")
        self.json = try kind.read(json, at: path)
        try kind.check(self.json, at: path, isRequired: true, isSent: true)
    }

    /// Takes a card that was in order when it was stored.
    package init(stored json: JSONValue) { self.json = json }

    /// Nil for one that cannot be read.
    package init?(storedAs text: String) {
        guard let json = JSONValue(storedAs: text) else { return nil }
        self.init(stored: json)
    }
}

extension TemplateCard {
    package struct Button: Sendable {
        /// WeCom's numbers of the looks a button can have.
        package enum Style: Int64, Sendable {
            case blue = 1
            case grey, red
        }

        package let text: String
        package let style: Style
        /// The key that the event of a press bears; every button of a card needs its own.
        package let key: String

        package init(_ text: String, style: Style, key: String) {
            self.text = text
            self.style = style
            self.key = key
        }
    }

    /// A card with up to six buttons. Its events are told from another's by `taskID`, which an app never uses twice.
    package static func buttons(
        _ buttons: [Button], title: String, subtitle: String?, taskID: String
    ) -> TemplateCard {
        TemplateCard(
            json: .object(
                [
                    .init("card_type", "button_interaction"), .init("task_id", .string(taskID)),
                    .init("main_title", ["title": .string(title)]),
                ] + (subtitle.map { [.init("sub_title_text", .string($0))] } ?? []) + [
                    .init("button_list", .array(buttons.map(\.json)))
                ]))
    }
}

extension TemplateCard.Button {
    fileprivate var json: JSONValue {
        ["text": .string(text), "style": .integer(style.rawValue), "key": .string(key)]
    }
}
