import JSON

/// A command of ours over a bot's long connection.
package enum BotCommand: Sendable, Equatable {
    /// Takes the bot over: whoever had it before is disconnected.
    case subscribe(BotID, Secret)
    case ping
    /// Answers a message, under the id of its frame.
    case respond(BotReply)
    /// Greets a person who came in, under the id of that frame and within five seconds.
    case welcome(BotReply)
    /// Changes a card that was clicked, under the id of that frame and within five seconds.
    case updateCard(BotCardUpdate)
    case send(BotReply, to: BotPeer)
    case beginUpload(BotUpload)
    case uploadChunk(of: BotUpload.ID, index: Int, [UInt8])
    case finishUpload(BotUpload.ID)

    /// The `cmd` of each.
    package enum Name: String, Sendable, CaseIterable {
        case subscribe = "aibot_subscribe"
        case ping
        case respond = "aibot_respond_msg"
        case welcome = "aibot_respond_welcome_msg"
        case updateCard = "aibot_respond_update_msg"
        case send = "aibot_send_msg"
        case beginUpload = "aibot_upload_media_init"
        case uploadChunk = "aibot_upload_media_chunk"
        case finishUpload = "aibot_upload_media_finish"
    }

    package var name: Name {
        switch self {
        case .subscribe: .subscribe
        case .ping: .ping
        case .respond: .respond
        case .welcome: .welcome
        case .updateCard: .updateCard
        case .send: .send
        case .beginUpload: .beginUpload
        case .uploadChunk: .uploadChunk
        case .finishUpload: .finishUpload
        }
    }
}

/// Those whom a bot writes to of its own accord. They have written to it before, in that very chat.
package enum BotPeer: Sendable, Hashable {
    case user(UserID)
    case group(ChatID)

    /// Without the type WeCom would guess, and take a person for a group.
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .user(let user): [.init("chatid", .string(user.text)), .init("chat_type", 1)]
        case .group(let chat): [.init("chatid", .string(chat.text)), .init("chat_type", 2)]
        }
    }
}

extension BotCommand {
    /// The frame that gives this command under that id. The frame of a subscription holds the bot's secret.
    package func frame(_ id: BotRequestID) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("cmd", .string(name.rawValue)), .init("headers", ["req_id": .string(id.text)]),
        ]
        if let body { members.append(.init("body", body)) }
        return JSONValue.object(members).bytes
    }

    private var body: JSONValue? {
        switch self {
        case .subscribe(let bot, let secret): ["bot_id": .string(bot.text), "secret": .string(secret.reveal())]
        case .ping: nil
        case .respond(let reply), .welcome(let reply): reply.json
        case .updateCard(let update): update.json
        case .send(let reply, let peer): reply.json(to: peer)
        case .beginUpload(let upload): upload.json
        case .uploadChunk(let id, let index, let bytes): id.json(of: bytes, index)
        case .finishUpload(let id): ["upload_id": .string(id.text)]
        }
    }
}

extension BotReply {
    fileprivate func json(to peer: BotPeer) -> JSONValue {
        guard case .object(let members) = json else { return json }
        return .object(peer.members + members)
    }
}
