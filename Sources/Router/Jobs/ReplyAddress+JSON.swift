package import JSON
import System
import WeCom

// How addresses are written in a store, the same in each.

extension ReplyAddress {
    /// The one way of an app is not written: its addresses are what they were before there were others, and so are the digests of
    /// what goes to them.
    package var json: JSONValue {
        .object([target.member] + (ways == [.app] ? [] : [.init("ways", .array(ways.map(\.json)))]) + shownIn)
    }

    /// The stream, where no way says it.
    private var shownIn: [JSONValue.Member] {
        guard let stream, ReplyAddress.stream(among: ways) == nil else { return [] }
        return [.init("shown_in", .string(stream))]
    }

    package init?(json: JSONValue) {
        guard let target = Target(json) else { return nil }
        guard let written = json["ways"] else {
            self.init(target, by: [.app])
            return
        }
        guard let ways = written.array?.map(Way.init(json:)), !ways.contains(nil) else { return nil }
        self.init(target, by: ways.compactMap(\.self), shownIn: json["shown_in"]?.string)
    }

    /// Nil for one that cannot be read.
    package init?(storedAs text: String) {
        guard let json = JSONValue(storedAs: text) else { return nil }
        self.init(json: json)
    }
}

extension ReplyAddress.Target {
    fileprivate var member: JSONValue.Member {
        switch self {
        case .user(let user): .init("user", .string(user.text))
        case .chat(let chat): .init("chat", .string(chat.text))
        case .many(let recipients): .init("many", recipients.json)
        }
    }

    fileprivate init?(_ json: JSONValue) {
        if let user = json["user"]?.string {
            self = .user(UserID(user))
        } else if let chat = json["chat"]?.string {
            self = .chat(ChatID(chat))
        } else if let many = json["many"], let recipients = try? Recipients(json: many) {
            self = .many(recipients)
        } else {
            return nil
        }
    }
}

extension Way {
    fileprivate var json: JSONValue {
        var members = [kind.member]
        if let expiresAt { members.append(.init("expires_at", .integer(expiresAt.milliseconds))) }
        if isUsedUp { members.append(.init("used_up", .bool(true))) }
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let kind = Kind(json) else { return nil }
        let expiresAt = json["expires_at"]?.integer.map { Timestamp(milliseconds: $0) }
        self.init(kind, expiresAt: expiresAt, isUsedUp: json["used_up"]?.bool ?? false)
    }
}

extension Way.Kind {
    fileprivate var member: JSONValue.Member {
        switch self {
        case .app: .init("app", .bool(true))
        case .stream(let id): .init("stream", .string(id))
        case .responseURL(let url): .init("response_url", .string(url))
        case .request(let id): .init("req_id", .string(id))
        case .push: .init("push", .bool(true))
        }
    }

    fileprivate init?(_ json: JSONValue) {
        if let id = json["stream"]?.string {
            self = .stream(id)
        } else if let url = json["response_url"]?.string {
            self = .responseURL(url)
        } else if let id = json["req_id"]?.string {
            self = .request(id)
        } else if json["app"]?.bool == true {
            self = .app
        } else if json["push"]?.bool == true {
            self = .push
        } else {
            return nil
        }
    }
}
