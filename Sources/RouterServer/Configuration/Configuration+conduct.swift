import JSON
import Router
import System
import WeCom

extension Conduct {
    /// Reads the keys of an app that say how its jobs are run; `readCard` reads a card that it is to send.
    mutating func read(
        _ section: Section, readingCards readCard: (JSONValue) throws(MessageFault) -> TemplateCard
    ) {
        section.read("while_busy", .word(), into: &whileBusy)
        section.read("merge_window", .duration(atMost: .seconds(60)), into: &mergeWindow)
        section.read("on_crash", .word(), into: &onCrash)
        section.read("questions", .word(), into: &questions)
        section.section("commands") { commands.read($0) }
        section.read("max_attempts", .count(1...100), into: &retry.maxAttempts)
        section.read("patience", .duration(atMost: .seconds(30 * 24 * 3600)), into: &retry.patience)
        section.section("limits") { limits in
            limits.read("concurrency", .count(1...10_000), into: &concurrency)
            limits.read("attachment_size", .size(atMost: 1 << 30), into: &maxAttachmentBytes)
            memberLimits.read(limits)
            sendLimits.read(limits)
        }
        reply.read(section)
        signs.read(section)
        section.section("greeting") { greeting = Greeting($0, readingCards: readCard) }
        section.section("send_defaults") { sendDefaults.read($0) }
        menu = section.texts("menu")
    }
}

extension ChatCommands {
    /// A command's words, in place of the usual ones; without any it is off.
    fileprivate mutating func read(_ section: Section) {
        for name in ChatCommand.Name.allCases {
            let key = name.rawValue
            if section.isEmptyList(key) || section.isEmptyText(key) {
                _ = section.node(key)
                words[name] = []
            } else if let given = section.list(key, .chatCommand) {
                words[name] = given
            }
        }
        let all = words.flatMap { name, words in words.map { (name: name, word: ChatCommands.folded($0)) } }
        for (place, one) in all.enumerated() {
            if let other = all[..<place].first(where: { $0.word == one.word && $0.name != one.name }) {
                section.fault(
                    one.name.rawValue,
                    "has \(shown(one.word)), which \(other.name.rawValue) has too: keep it in one place")
            }
        }
    }
}

extension MemberLimits {
    fileprivate mutating func read(_ limits: Section) {
        limits.read("messages_in_per_minute", .count(0...10_000), into: &inPerMinute)
        limits.read("messages_out_per_minute", .count(0...10_000), into: &outPerMinute)
        limits.read("messages_out_per_hour", .count(0...100_000), into: &outPerHour)
        let silently = "is more than WeCom delivers to one member, which drops the rest without a word"
        if outPerMinute == 0 || outPerMinute > 30 { limits.warn("messages_out_per_minute", "\(silently): at most 30") }
        if outPerHour == 0 || outPerHour > 1000 { limits.warn("messages_out_per_hour", "\(silently): at most 1000") }
    }
}

extension SendLimits {
    fileprivate mutating func read(_ limits: Section) {
        limits.read("app_messages_out_per_minute", .count(0...1_000_000), into: &perMinute)
        limits.read("app_messages_out_per_hour", .count(0...100_000_000), into: &perHour)
    }
}

extension SendDefaults {
    fileprivate mutating func read(_ section: Section) {
        section.read("fill", .word(), into: &fill)
        section.read("touser", .text, into: &users)
        section.read("toparty", .text, into: &parties)
        section.read("totag", .text, into: &tags)
        section.read("safe", .count(0...2), into: &safe)
        section.read("enable_id_trans", .boolean, into: &translatesIDs)
    }
}

extension ReplyStyle {
    fileprivate mutating func read(_ section: Section) {
        section.read("reply_format", .word(), into: &format)
        section.read("reply_max_parts", .count(1...50), into: &maxParts)
    }
}

extension SignsOfLife {
    /// Zero is another word for never.
    fileprivate mutating func read(_ section: Section) {
        let hour = Duration.seconds(3600)
        var (patience, interval) = (acknowledgeAfter ?? .zero, progressEvery ?? .zero)
        section.read("acknowledge_after", .duration(atMost: hour), into: &patience)
        section.read("progress_every", .duration(atMost: hour * 24), into: &interval)
        acknowledgeAfter = patience == .zero ? nil : patience
        progressEvery = interval == .zero ? nil : interval
        section.read("recall_progress", .boolean, into: &recalls)
    }
}

extension Greeting {
    fileprivate init?(_ section: Section, readingCards readCard: (JSONValue) throws(MessageFault) -> TemplateCard) {
        var text = ""
        var period = Duration.seconds(24 * 3600)
        section.read("text", .text, into: &text)
        section.read("every", .duration(atMost: .seconds(366 * 24 * 3600)), into: &period)
        if let card = section.card("card", readCard) {
            if !text.isEmpty { section.fault("card", "stands beside text: leave one out") }
            self.init(.templateCard(card), atMostOncePer: period)
        } else {
            guard !text.isEmpty else { return nil }
            self.init(text, atMostOncePer: period)
        }
    }
}

extension Section {
    /// A card that is sent again and again as it stands: a press on it could not be told from one on another.
    fileprivate func card(
        _ name: String, _ read: (JSONValue) throws(MessageFault) -> TemplateCard
    ) -> TemplateCard? {
        guard let json = json(name) else { return nil }
        do throws(MessageFault) {
            let card = try read(json)
            guard card.taskID == nil else {
                fault(name, "has a task_id, which every card that is sent needs its own of: write a notice without one")
                return nil
            }
            return card
        } catch {
            fault(name, "is no card that WeCom takes: \(error)")
            return nil
        }
    }
}

extension ChatTexts {
    /// The texts of the app's language, with those in their place that it has of its own; an empty one is not said.
    init(_ section: Section) {
        self.init(section.read("language", .word(), default: Language.chinese))
        section.section("texts") { texts in
            for (name, text) in ChatTexts.names {
                if texts.isEmptyText(name) { self[keyPath: text] = "" }
                texts.read(name, .chatText, into: &self[keyPath: text])
            }
        }
    }
}

extension TurnLimits {
    mutating func read(_ section: Section) {
        section.read("timeout", .duration(atMost: .seconds(24 * 3600)), into: &total)
        if total == .zero { section.fault("timeout", "is 0: a turn needs some time, as in 45m") }
        var wanted = Duration.zero
        guard section.read("idle_timeout", .duration(atMost: .seconds(24 * 3600)), into: &wanted) else { return }
        // Zero is another word for never. Whoever names a time means all of the turn.
        idle = wanted == .zero ? nil : wanted
        idleFrom = .beginning
        if wanted >= total, total > .zero {
            section.warn("idle_timeout", "has no effect, because timeout ends every turn after \(total.short)")
        }
    }
}
