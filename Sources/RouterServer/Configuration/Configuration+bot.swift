import HTTP
package import Lanes
package import Router
package import System
package import WeCom

extension Configuration {
    /// An AI bot that people write to, or call in a group.
    package struct Bot: Sendable, Equatable {
        /// The way in which WeCom and the bot speak, as the console has it.
        package enum Mode: String, Sendable, CaseIterable {
            /// WeCom posts to us.
            case webhook
            /// We connect to WeCom.
            case socket
        }

        /// The same with what it takes.
        package enum Wire: Sendable, Equatable {
            case webhook(Webhook)
            case socket(Socket)
        }

        package struct Webhook: Sendable, Equatable {
            package var token: Secret
            /// 43 characters, checked.
            package var encodingAESKey: Secret
            /// The receiver that callbacks must be sealed for; nil takes any.
            package var receiveID: String?

            package init(token: Secret, encodingAESKey: Secret, receiveID: String? = nil) {
                self.token = token
                self.encodingAESKey = encodingAESKey
                self.receiveID = receiveID
            }
        }

        package struct Socket: Sendable, Equatable {
            package var secret: Secret
            package var address = Socket.officialAddress
            /// The `Origin` of the handshake, which some proxies want.
            package var origin: String?
            package var pingInterval = Duration.seconds(30)
            /// The longest that the first wait for another connection lasts. Further ones are longer.
            package var reconnectInterval = Duration.seconds(1)

            package static let officialAddress = "wss://openws.work.weixin.qq.com"

            package init(secret: Secret) { self.secret = secret }

            /// True if the connection is made to WeCom's own host, sealed.
            var leadsToWeCom: Bool {
                guard let address = WebSocketAddress(address), address.isSecure else { return false }
                return HostField(address.authority).name == HostField(ofURL: Socket.officialAddress).name
            }
        }

        /// A label of ours; `botID` is the identity, where it is known.
        package var name: String
        package var wire: Wire
        package var botID: BotID?
        /// False: nobody is heard, and nobody answered.
        package var isEnabled = true
        /// The name by which people call it in a group.
        package var nameInChats: String?
        /// The name of the agent that answers; one of `Configuration.agents`, or empty where none is bound to it.
        package var agent: String
        package var policy = Policy.nobody
        /// The name of an app of the same corp that delivers what the bot's own ways cannot.
        package var fallbackApp: String?
        package var outside = BotOutside.Settings()
        /// The rules by which its jobs are run.
        package var conduct = Conduct()
        package var texts = ChatTexts.chinese
        package var language = ChatTexts.Language.chinese
        package var timeZone = TimeZone.utc
        /// Its place in the configuration, as in `bots[0]`.
        package var key = ""

        package init(name: String, _ wire: Wire, agent: String) {
            self.name = name
            self.wire = wire
            self.agent = agent
        }

        /// The settings for being called; nil of a bot that connects.
        package var webhook: Webhook? { if case .webhook(let webhook) = wire { webhook } else { nil } }

        /// The settings for connecting; nil of a bot that is called.
        package var socket: Socket? { if case .socket(let socket) = wire { socket } else { nil } }

        /// The identity in the store: without an id of WeCom's the name, which then must not change.
        package var endpoint: Endpoint { .bot(botID ?? BotID(name)) }
    }
}

extension Configuration.Bot {
    init(_ section: Section, agents: [String]) {
        self.init(
            name: section.require("name", .name), Wire(section), agent: section.agentOfBot(among: agents))
        section.read("bot_id", .botID, into: &botID)
        section.read("enabled", .boolean, into: &isEnabled)
        section.read("name_in_chats", .nameInChats, into: &nameInChats)
        policy = AllowedUsersList(section)?.policyOfAnyCorp ?? .nobody
        policy.chats = AllowedChats(section)
        var apiBaseURL = AppCredentials.publicAPI
        section.read("api_base_url", .webURL, into: &apiBaseURL)
        outside.responseURL = apiBaseURL + ResponseURL.path
        section.read("proxy", .proxy, into: &outside.proxy)
        section.read("ca_file", .readableFile(section.reading), into: &outside.caFile)
        section.read("request_timeout", .duration(atMost: .seconds(120)), into: &outside.timeout)
        section.read("private_files", .boolean, into: &outside.fetchesPrivately)
        section.read("show", .word(), into: &conduct.shows)
        section.read("group_sessions", .word(), into: &conduct.groupSessions)
        section.read("fallback_app", .nameInChats, into: &fallbackApp)
        conduct.read(section, readingCards: TemplateCard.init(ofBot:))
        texts = ChatTexts(section)
        section.read("language", .word(), into: &language)
        timeZone = Configuration.App.timeZone(section)
        key = section.key
    }
}

extension Configuration.Bot.Wire {
    fileprivate init(_ section: Section) {
        switch section.require("mode", Form<Configuration.Bot.Mode>.word()) {
        case .webhook:
            var webhook = Configuration.Bot.Webhook(
                token: section.requireSecret("token", .callbackToken),
                encodingAESKey: section.requireSecret("encoding_aes_key", .encodingAESKey))
            section.read("receive_id", .receiveID, into: &webhook.receiveID)
            section.keepOut(["secret", "websocket_url", "origin", "ping_interval"], of: .socket)
            self = .webhook(webhook)
        case .socket:
            var socket = Configuration.Bot.Socket(secret: section.requireSecret("secret", .corpSecret))
            section.read("websocket_url", .webSocketURL, into: &socket.address)
            section.read("origin", .nameInChats, into: &socket.origin)
            section.read("ping_interval", .duration(atMost: .seconds(300)), into: &socket.pingInterval)
            if socket.pingInterval < .seconds(1) {
                section.fault("ping_interval", "is less than a second: WeCom recommends 30s")
            }
            section.read("reconnect_interval", .duration(atMost: .seconds(60)), into: &socket.reconnectInterval)
            if socket.reconnectInterval < .seconds(1) {
                section.fault("reconnect_interval", "is less than a second: WeCom takes few subscriptions of a bot")
            }
            if !socket.leadsToWeCom {
                section.warn(
                    "websocket_url",
                    "leads to another host than WeCom's: it is meant for controlled networks and bridges, and the secret goes "
                        + "there")
            }
            section.keepOut(["token", "encoding_aes_key", "receive_id"], of: .webhook)
            self = .socket(socket)
        }
    }
}

extension Section {
    /// Tells of keys that only bots of another mode have. Without a value one says nothing.
    fileprivate func keepOut(_ names: [String], of mode: Configuration.Bot.Mode) {
        for name in names {
            if case .present = lookup(name) { fault(name, "is for mode: \(mode.rawValue) alone: leave it out") }
        }
    }

    /// The agent that answers a bot. Where there are several a bot may be without one for a while.
    fileprivate func agentOfBot(among names: [String]) -> String {
        guard names.count > 1, !has("agent") else { return agent(among: names) }
        return read("agent", .agent(among: names), default: "")
    }
}

extension Form where Value == String {
    static var webSocketURL: Form {
        Form(placeholder: "") { text in
            guard WebSocketAddress(text) != nil else {
                return .mismatch(
                    "is \(shown(text)), which is no address of a WebSocket, as in wss://openws.work.weixin.qq.com")
            }
            return .fits(text)
        }
    }
}

extension AllowedChats {
    fileprivate init(_ section: Section) {
        self.init()
        section.read("allow_all_conversations", .boolean, into: &all)
        some = Set(section.list("allowed_conversations", .chatID) ?? [])
        if all, !some.isEmpty {
            section.warn("allowed_conversations", "has no effect, because allow_all_conversations is true")
        }
    }
}

extension Form where Value == BotID? {
    static var botID: Form { visible("bot id", atMost: 128) { BotID($0) } }
}

extension Form where Value == String? {
    static var receiveID: Form {
        visible("receive id", atMost: 128) { $0 }
    }

    static var nameInChats: Form {
        Form(placeholder: nil) { text in
            guard text.utf8.count <= 128 else { return .mismatch("is longer than the 128 bytes that a name may have") }
            return .fits(text.isEmpty ? nil : text)
        }
    }
}

extension Form where Value == ChatID {
    static var chatID: Form {
        Form(placeholder: ChatID("")) { text in
            guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                return .mismatch(
                    "is \(shown(text)), which is no id of a group chat: the log has it where one is refused")
            }
            return .fits(ChatID(text))
        }
    }
}

extension Form {
    /// An id of WeCom's, which is opaque; empty is none.
    fileprivate static func visible<Wrapped>(
        _ what: String, atMost limit: Int, _ make: @escaping (String) -> Wrapped
    ) -> Form where Value == Wrapped? {
        Form(placeholder: nil) { text in
            if text.isEmpty { return .fits(nil) }
            guard text.utf8.count <= limit, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                return .mismatch("is \(shown(text)), which is no \(what): 1 to \(limit) visible ASCII characters")
            }
            return .fits(make(text))
        }
    }
}
