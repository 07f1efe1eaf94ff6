import Router
import Text
import WeCom

extension Configuration {
    /// Checks what no key of a bot can tell by itself.
    func checkBots(_ reading: Reading) {
        var (names, ids, tokens): ([String: String], [Endpoint: Bot], [String: Bot]) = ([:], [:], [:])
        for app in apps { names[app.name] = app.key }
        for bot in bots where !bot.name.isEmpty {
            if let other = names[bot.name] {
                reading.fault(bot, "name", "is \(bot.name), as that of \(other): apps and bots need a name each")
            }
            names[bot.name] = bot.key
            if let other = ids[bot.endpoint], bot.botID != nil {
                reading.fault(
                    bot, "bot_id",
                    "is that of \(other.key)\(reading.line(of: "bot_id", other)) as well: a bot has one entry, since WeCom speaks to it in one way"
                )
            }
            ids[bot.endpoint] = bot
            if let token = bot.webhook?.token.reveal(), !token.isEmpty {
                if let other = tokens[token] {
                    reading.warn(
                        bot, "token",
                        "is the same as that of \(other.key): only \(server.botPath)/NAME tells them apart, or generate a new one"
                    )
                }
                tokens[token] = bot
            }
            if bot.botID == nil, !reading.hasFault("\(bot.key).bot_id") { tellOfNoID(bot, reading) }
            if let name = bot.fallbackApp, !apps.contains(where: { $0.name == name }) {
                reading.fault(
                    bot, "fallback_app", "is \(name), which is no app: \(hint(for: name, among: apps.map(\.name)))")
            }
            if bot.agent.isEmpty, agents.count > 1 {
                reading.warn(
                    bot, "agent",
                    "is missing: bot \(bot.name) answers nobody until it names one of \(agents.keys.sorted().joined(separator: ", "))"
                )
            }
            checkWriters(of: bot, reading)
        }
        checkDefaultBot(reading)
    }

    private func checkDefaultBot(_ reading: Reading) {
        guard let name = defaultBot, !bots.contains(where: { $0.name == name }) else { return }
        reading.fault(
            reading.places["default_bot"] ?? .file(reading.file ?? "", line: 1, column: 1), "default_bot",
            "is \(shown(name)), which is no bot: \(hint(for: name, among: bots.map(\.name)))")
    }

    private func tellOfNoID(_ bot: Bot, _ reading: Reading) {
        if bot.socket != nil {
            reading.fault(bot, "bot_id", "is missing: WeCom asks for it when the bot connects")
        } else {
            reading.warn(
                bot, "bot_id",
                "is missing, so that the bot is known by its name: one that is renamed begins with new conversations")
        }
    }

    private func checkWriters(of bot: Bot, _ reading: Reading) {
        if bot.policy.isNobody {
            reading.warn(
                bot, "allowed_users",
                "is missing: no one may write to bot \(bot.name); allow_all_users: true lets everyone")
        }
        if bot.policy.chats.isNone {
            reading.warn(
                bot, "allowed_conversations",
                "is missing: bot \(bot.name) answers in no group; allow_all_conversations: true lets it answer in all")
        }
    }
}

extension Reading {
    /// The key was told to be wrong already.
    fileprivate func hasFault(_ key: String) -> Bool { faults.contains { $0.message.begins(with: key + " ") } }

    private func place(of key: String, _ bot: Configuration.Bot) -> Place {
        places["\(bot.key).\(key)"] ?? places[bot.key] ?? .file(file ?? "", line: 1, column: 1)
    }

    /// The line of a bot's key, in brackets.
    fileprivate func line(of key: String, _ bot: Configuration.Bot) -> String {
        if case .file(_, let line, _) = place(of: key, bot) { " (line \(line))" } else { "" }
    }

    fileprivate func fault(_ bot: Configuration.Bot, _ key: String, _ complaint: String) {
        fault(place(of: key, bot), "\(bot.key).\(key)", complaint)
    }

    fileprivate func warn(_ bot: Configuration.Bot, _ key: String, _ remark: String) {
        warn(place(of: key, bot), "\(bot.key).\(key)", remark)
    }
}
