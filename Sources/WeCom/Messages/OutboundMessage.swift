/// A message from an app to members of its corp, as `message/send` takes it.
package struct OutboundMessage: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// `\n` breaks lines and `<a href>` is a link; nothing else is marked up.
        case text(String)
        /// WeCom's small subset; shown in its own client alone.
        case markdown(String)
        case image(MediaID)
        case voice(MediaID)
        case video(Video)
        case file(MediaID)
        case textCard(TextCard)
        case news([Article])
        case mpNews(MPNews)
        case miniProgramNotice(MiniProgramNotice)
        case templateCard(TemplateCard)
    }

    /// Who may see it but for those it is sent to.
    package enum Safe: Int64, Sendable, CaseIterable {
        case shareable = 0
        /// Cannot be shared, and bears a watermark.
        case confidential = 1
        /// Can be shared within the corp; `mpnews` only.
        case corpOnly = 2
    }

    package var to: Recipients
    package var content: Content
    /// Nil says nothing, which WeCom takes for `.shareable`.
    package var safe: Safe?
    /// Whether clients put names in the place of `$userName=id$` and the like.
    package var translatesIDs: Bool

    package init(to: Recipients, _ content: Content, safe: Safe? = nil, translatesIDs: Bool = false) {
        self.to = to
        self.content = content
        self.safe = safe
        self.translatesIDs = translatesIDs
    }

    package init(to user: UserID, _ content: Content) { self.init(to: .user(user), content) }

    /// WeCom cuts a text, or refuses it, beyond so many bytes.
    package static let maxTextBytes = 2048
}
