import Lifecycle
import System
import Text
import WeCom

extension Player {
    func say(_ saying: Step.Saying) async throws(StepFailure) {
        let user = user(saying.who.user)
        guard let chat = saying.chat else {
            return try await post(saying.content, as: user, to: try party(saying.who.party), in: .single)
        }
        for party in try called(saying, in: chat) {
            try await post(saying.content.calling(party), as: user, to: party, in: .group(ChatID(chat)))
        }
    }

    /// The bots that hear what is said in a group: the one that is named, or those that the words call.
    private func called(_ saying: Step.Saying, in chat: String) throws(StepFailure) -> [Party] {
        guard case .text(let text) = saying.content else {
            throw StepFailure(
                expected: "words in the group \(chat)", came: "something else, of which no bot hears there")
        }
        guard let name = saying.who.party else {
            return parties.filter { $0.bot != nil && text.has("@\($0.calledName)") }
        }
        let party = try party(name)
        guard party.bot != nil else { throw StepFailure(expected: "a bot, in a group", came: "the app \(name)") }
        return [party]
    }

    private func post(
        _ content: Step.Saying.Content, as user: UserID, to party: Party, in chat: InboundMessage.Chat
    ) async throws(StepFailure) {
        let content = try inbound(content, to: party)
        switch party.end {
        case .app(let app):
            let message = wecom.message(content, from: user, to: app)
            try await begin { [self] tried in
                let tries = await wecom.post(message, to: app) { _ in tried.reach() }
                note(tries, to: party, from: user.text)
            }
        case .webhook(let bot):
            let message = wecom.message(content, from: user, in: chat, to: bot)
            try await begin { [wecom] tried in
                await wecom.post(message, to: bot, asking: .seconds(1), trying: { _ in tried.reach() })
            }
        case .socket(let bot):
            try check(bot, of: party)
            // Where WeCom itself refuses it, a notice says so.
            await wecom.give(wecom.message(content, from: user, in: chat, to: bot.id), to: bot)
        }
    }

    func check(_ bot: FakeSocketBot, of party: Party) throws(StepFailure) {
        guard !wecom.sockets.isConnected(bot.id) else { return }
        throw StepFailure(expected: "a connection of \(party.name)", came: "none")
    }

    /// The content as an app or a bot is sent it.
    private func inbound(
        _ content: Step.Saying.Content, to party: Party
    ) throws(StepFailure) -> InboundMessage.Content {
        switch (content, party.app) {
        case (.text(let text), _): return .text(text)
        case (.voice(let words), nil): return .speech(words)
        case (.voice(let words), let app?):
            let media = wecom.hold(.silence(seconds: 1), .voice, named: "voice.amr", of: app.corpID)
            return .voice(media: MediaID(media.id), format: "amr", recognition: words)
        case (.location(let location), .some): return .location(location)
        case (.location, nil): throw StepFailure(expected: "what a bot can be sent", came: "a place")
        case (.file(let kind, let source), _): return try file(try bytes(of: source), kind, to: party)
        }
    }

    private func file(
        _ file: (name: String, bytes: [UInt8]), _ kind: FakeMedia.Kind, to party: Party
    ) throws(StepFailure) -> InboundMessage.Content {
        if let app = party.app { return wecom.hold(file.bytes, kind, named: file.name, of: app.corpID).content }
        guard let kind = SealedMedia.Kind(rawValue: kind.rawValue) else {
            throw StepFailure(expected: "what a bot can be sent", came: kind.rawValue)
        }
        switch party.end {
        case .webhook(let bot): return .sealed(wecom.seal(file.bytes, named: file.name, as: kind, for: bot))
        case .socket(let bot):
            do throws(MediaKeyError) {
                return .sealed(try wecom.seal(file.bytes, named: file.name, as: kind, for: bot))
            } catch {
                throw StepFailure(expected: "\(file.name) sealed", came: "\(error)")
            }
        case .app: preconditionFailure("apps are sent theirs above")
        }
    }

    private func bytes(of source: Step.FileSource) throws(StepFailure) -> (name: String, bytes: [UInt8]) {
        switch source {
        case .given(let name, let bytes): return (name, bytes)
        case .path(let path):
            let place = path.begins(with: "/") ? path : "\(directory)/\(path)"
            do throws(FileError) {
                let name = path.pieces { $0 == UInt8(ascii: "/") }.last.map(String.init) ?? path
                return (name, try readFile(place, limit: 20 << 20))
            } catch {
                throw StepFailure(expected: "a file \(path)", came: "\(error)")
            }
        }
    }
}

extension Step.Saying.Content {
    /// The words with the bot's name in front, unless they call it already.
    fileprivate func calling(_ party: Party) -> Step.Saying.Content {
        guard case .text(let text) = self, !text.has("@\(party.calledName)") else { return self }
        return .text("@\(party.calledName) \(text)")
    }
}
