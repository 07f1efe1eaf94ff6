import Lifecycle
import Simulator
import System
import Text
import WeCom

extension Playground {
    /// The words with the messages that carry them to whoever is there to hear them.
    func said(
        _ words: Said.Words, as viewer: Viewer,
        content: (Said.Post.Receiver) throws(Refused) -> InboundMessage.Content
    ) throws(Refused) -> Said {
        var said = Said(words: words)
        guard let chat = viewer.chat else { return said }
        for receiver in receivers(of: words, in: chat) {
            said.posts.append(message(try content(receiver), from: viewer.member.user, in: chat, to: receiver))
        }
        return said
    }

    /// Puts the words into the chat and posts them.
    func post(_ said: Said, as viewer: Viewer) {
        guard let chat = viewer.chat else { return }
        let user = viewer.member.user
        let links = Set(said.posts.compactMap(\.message.messageID))
        let place = book.withLock { book in
            _ = book.read(chat, by: user)
            return book.add(
                .said(said), by: .person(user), to: chat, at: wecom.clock.wall, links: links,
                arrival: said.posts.isEmpty ? .arrived : .underway)
        }
        tell([place])
        for post in said.posts { begin(post, at: place) }
    }

    private func receivers(of words: Said.Words, in chat: ChatKey) -> [Said.Post.Receiver] {
        switch chat {
        case .app(let app, _): roster.app(app).map { [.app($0.app)] } ?? []
        case .bot(let bot, _): roster.bot(bot).map { [.bot($0)] } ?? []
        case .group(let id):
            // Without being called a bot hears nothing of a group.
            if case .text(let text) = words { called(in: text, of: id).map { .bot($0) } } else { [] }
        }
    }

    func called(in text: String, of group: ChatID) -> [Roster.Bot] {
        let bots = roster.group(group)?.bots.compactMap { roster.bot($0) } ?? []
        return bots.filter { text.has("@\($0.name)") }
    }

    private func message(
        _ content: InboundMessage.Content, from user: UserID, in chat: ChatKey, to receiver: Said.Post.Receiver
    ) -> Said.Post {
        let message =
            switch receiver {
            case .app(let app): wecom.message(content, from: user, to: app)
            case .bot(let bot):
                if case .group(let id) = chat {
                    wecom.message(content, from: user, in: .group(id), to: bot.id)
                } else {
                    wecom.message(content, from: user, in: .single, to: bot.id)
                }
            }
        return Said.Post(message: message, receiver: receiver)
    }

    /// Posts it while others go on. Of one that nobody takes, the entry says so.
    func begin(_ post: Said.Post, at place: ChatBook.EntryPlace) {
        work.start { [weak self] in
            guard let self, let why = await deliver(post) else { return }
            book.withLock { book in
                _ = book.change(place) { entry in
                    if entry.arrival == .underway { entry.arrival = .refused(why) }
                }
            }
            tell([place])
        }
    }

    /// Returns the reason where it was not taken.
    private func deliver(_ post: Said.Post) async -> String? {
        switch post.receiver {
        case .app(let app):
            let tries = await wecom.post(post.message, to: app, patience: patience)
            guard let last = tries.last, !last.isAcknowledged else { return nil }
            return last.status.map { "HTTP \($0)" } ?? "—"
        case .bot(let bot):
            switch bot.lane {
            case .webhook(let fake): return await wecom.post(post.message, to: fake, asking: .seconds(1))?.fault
            case .socket(let fake): return await wecom.give(post.message, to: fake) == nil ? "—" : nil
            }
        }
    }

    /// Posts once more what nobody took.
    func sayAgain(_ id: Int) {
        guard let (place, entry) = book.withLock({ $0.entry(id) }), case .said(let said) = entry.content,
            case .refused = entry.arrival
        else { return }
        book.withLock { _ = $0.change(place) { $0.arrival = .underway } }
        tell([place])
        for post in said.posts { begin(post, at: place) }
    }
}
