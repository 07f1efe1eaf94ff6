/// The reason why an app is to send nothing for a while, and how long.
package struct AppPause: Sendable, Equatable {
    /// The code that WeCom gave.
    package let code: String
    /// The remedy that a person has.
    package let advice: String
    /// The first pause; each that follows without a success between lasts twice as long, up to `longest`.
    package let first: Duration
    package let longest: Duration

    package init(code: String, advice: String, first: Duration = .seconds(60), longest: Duration = .seconds(60)) {
        self.code = code
        self.advice = advice
        self.first = first
        self.longest = longest
    }
}
