/// A card laid out by WeCom, to read or to answer with a tap.
///
/// The interactive kinds, and the others with a menu, need an app with a working callback URL: what people choose comes
/// as an event.
package struct TemplateCard: Sendable, Equatable {
    /// What WeCom calls `card_type`, with the fields that this type alone has.
    package enum Kind: Sendable, Equatable {
        case textNotice(TextNotice)
        case newsNotice(NewsNotice)
        case buttonInteraction(ButtonInteraction)
        case voteInteraction(VoteInteraction)
        case multipleInteraction(MultipleInteraction)
    }

    package var kind: Kind
    /// Needed but for a text notice that has a subtitle.
    package var title: Title?
    package var source: Source?
    /// By which the events of this card are told from another's: the app's own, never used twice. Needed by the
    /// interactive kinds and beside a menu.
    package var taskID: String?

    package init(_ kind: Kind, title: Title? = nil, source: Source? = nil, taskID: String? = nil) {
        self.kind = kind
        self.title = title
        self.source = source
        self.taskID = taskID
    }
}

extension TemplateCard {
    package struct Title: Sendable, Equatable, ExpressibleByStringLiteral {
        package var text: String?
        package var description: String?

        package init(_ text: String?, description: String? = nil) {
            self.text = text
            self.description = description
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    /// Who speaks, in small letters at the top.
    package struct Source: Sendable, Equatable {
        package enum Color: Int64, Sendable, CaseIterable {
            case grey = 0
            case black, red, green
        }

        package var icon: String?
        package var description: String?
        package var color: Color?

        package init(icon: String? = nil, description: String? = nil, color: Color? = nil) {
            self.icon = icon
            self.description = description
            self.color = color
        }
    }

    /// Where a tap leads.
    package enum Target: Sendable, Equatable {
        case url(String)
        /// A mini program that is linked to the app; its first page unless another is named.
        case miniProgram(appID: String, page: String? = nil)
    }
}
