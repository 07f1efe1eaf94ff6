/// The greeting of a person who opens the app, or is given it.
package struct Greeting: Sendable, Equatable {
    package var text: String
    /// The shortest time between two greetings of one person.
    package var atMostOncePer: Duration

    package init(_ text: String, atMostOncePer period: Duration = .seconds(24 * 3600)) {
        self.text = text
        atMostOncePer = period
    }
}
