/// What a person hears who comes in: who opens the app, or is given it.
package struct Greeting: Sendable, Equatable {
    package var text: String
    /// Nobody hears it more often.
    package var atMostOncePer: Duration

    package init(_ text: String, atMostOncePer period: Duration = .seconds(24 * 3600)) {
        self.text = text
        atMostOncePer = period
    }
}
