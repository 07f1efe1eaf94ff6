package import WeCom

/// The greeting of a person who opens the app, or is given it.
package struct Greeting: Sendable, Equatable {
    /// A text or a card.
    package var content: OutboundMessage.Content
    /// The shortest time between two greetings of one person.
    package var atMostOncePer: Duration

    package init(_ content: OutboundMessage.Content, atMostOncePer period: Duration = .seconds(24 * 3600)) {
        self.content = content
        atMostOncePer = period
    }

    package init(_ text: String, atMostOncePer period: Duration = .seconds(24 * 3600)) {
        self.init(.text(text), atMostOncePer: period)
    }
}
