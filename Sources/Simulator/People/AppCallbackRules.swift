/// The ways of WeCom with apps that it calls, which its pages tell differently.
package struct AppCallbackRules: Sendable {
    /// A callback is posted so often before WeCom gives it up: "three retries", which may count the first or not.
    package var deliveries = FakeWeCom.callbackTries
    /// A status that is not 200 is a failure like no answer. A newer page has WeCom post again only what nobody answered.
    package var repeatsWhatIsRefused = true

    /// The answers to a card's questions come as `OptionIds`. Older pages have them as `OpitonIds`.
    package var misspellsOptions = false

    package init() {}
}
