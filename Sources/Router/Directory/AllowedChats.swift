package import WeCom

/// The group chats in which a bot answers: none, unless somebody said otherwise.
package struct AllowedChats: Sendable, Equatable {
    package var all = false
    /// To the letter: WeCom tells chats apart by the case of their ids.
    package var some: Set<ChatID> = []

    package init() {}

    package func admit(_ chat: ChatID) -> Bool { all || some.contains(chat) }

    package var isNone: Bool { !all && some.isEmpty }
}
