package import WeCom

/// An AI bot as WeCom knows it, which is called by webhook: the other end of what an administrator copies into the configuration.
package struct FakeBot: Sendable {
    package let id: BotID
    package let keys: CallbackKeys
    /// The URL to which its callbacks are posted: what an administrator saves in the console.
    package var callbackURL: String

    package init(id: BotID, keys: CallbackKeys, callbackURL: String = "") {
        self.id = id
        self.keys = keys
        self.callbackURL = callbackURL
    }
}
