import Pages
import Simulator
import Text

extension Silence {
    /// The words for it, for whoever watches.
    func text(_ words: Language) -> String {
        switch self {
        case .dropped(_, let excess): words("已丢弃：", "dropped: ") + excess.text(words)
        case .swallowed: words("重复：不再显示", "a duplicate: not shown again")
        case .cut(_, let bytes): words("截断为 \(bytes.grouped) B", "cut at \(bytes.grouped) B")
        case .noUpdate: words("点击后卡片没有更新", "pressed, and the card was not updated")
        }
    }
}

extension FakeMemberLimits.Excess {
    fileprivate func text(_ words: Language) -> String {
        switch self {
        case .perMinute(let count): words("超过每分钟 \(count) 条", "over \(count) a minute")
        case .perHour(let count): words("超过每小时 \(count) 条", "over \(count) an hour")
        }
    }
}

extension ChatEntry {
    /// The things about it that WeCom tells nobody in the chat, for whoever watches.
    func remarks(_ words: Language) -> [String] {
        var remarks: [String] = []
        if case .sent(let message) = content {
            for case .cut(let size, let bytes) in message.silences {
                remarks.append(Silence.cut(from: size, to: bytes).text(words))
            }
        }
        if isUnanswered { remarks.append(Silence.noUpdate.text(words)) }
        if let drops {
            let count =
                drops.count == 1
                ? words("1 条消息", "1 message ") : words("\(drops.count) 条消息", "\(drops.count) messages ")
            remarks.append(count + Silence.dropped([], over: drops.over).text(words))
        }
        return remarks
    }
}

extension Int {
    /// The number with a comma before each three digits.
    fileprivate var grouped: String {
        guard self >= 1000 else { return "\(self)" }
        let rest = "\(self % 1000)"
        return (self / 1000).grouped + "," + String(repeating: "0", count: 3 - rest.utf8.count) + rest
    }
}
