/// The traits that an AI bot has, and no app.
package struct BotTraits: Sendable, Equatable {
    /// The id that its callbacks must be sealed for, to the byte; nil takes any.
    package var receiver: String?
    /// Its id is the one that WeCom knows it by, rather than one that we gave it for want of that.
    package var isIdentified: Bool
    /// The name by which people call it in a group, where it is known.
    package var nameInChats: String?
    /// There is an app that delivers to a person what the bot's own ways cannot.
    package var hasFallback: Bool

    package init(
        receiver: String? = nil, isIdentified: Bool = false, nameInChats: String? = nil, hasFallback: Bool = false
    ) {
        self.hasFallback = hasFallback
        self.receiver = receiver
        self.isIdentified = isIdentified
        self.nameInChats = nameInChats
    }
}
