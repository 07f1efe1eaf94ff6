/// The reason why an app is to send nothing for a while, and how long.
package struct AppPause: Sendable, Equatable {
    /// What WeCom said.
    package let code: String
    /// What a person can do about it.
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
