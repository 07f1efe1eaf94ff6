import Router
import Text

/// Something that the demo's agent shows to whoever asks for it.
enum DemoOffer: CaseIterable, Sendable {
    case grow, ask, choose, file, minute, fail

    /// The word by which it is asked for.
    func word(_ language: ChatTexts.Language) -> String {
        let isChinese = language == .chinese
        return switch self {
        case .grow: isChinese ? "流式" : "stream"
        case .ask: isChinese ? "提问" : "ask me"
        case .choose: isChinese ? "多选" : "choose"
        case .file: isChinese ? "文件" : "file"
        case .minute: isChinese ? "一分钟" : "a minute"
        case .fail: isChinese ? "出错" : "fail"
        }
    }

    /// The line about it in the introduction.
    func promise(_ language: ChatTexts.Language) -> String {
        let isChinese = language == .chinese
        return switch self {
        case .grow: isChinese ? "一边想一边写的回答" : "an answer that grows while it is written"
        case .ask: isChinese ? "用卡片提问，点按钮作答" : "a question on a card, answered by a button"
        case .choose: isChinese ? "可选多项的问题，回复序号" : "a question with several answers, by their numbers"
        case .file: isChinese ? "发来一个文件" : "a file"
        case .minute: isChinese ? "要跑一分钟的任务，中途可发 /status、/stop" : "a task of a minute; meanwhile /status and /stop work"
        case .fail: isChinese ? "第一次出错，自动重试" : "a failure, and the retry by itself"
        }
    }

    /// Finds the one that a text asks for, by its word in either language or its number in the list; nil where it asks for none.
    init?(askedForIn text: String) {
        let asked = text.withoutSpaceAround
        guard asked.utf8.count <= DemoOffer.longestRequest else { return nil }
        let found = DemoOffer.allCases.enumerated().first { index, offer in
            asked.isSame(as: "\(index + 1)") || asked.has(offer.word(.chinese))
                || String(asked).lowercasedASCII.isSame(as: offer.word(.english))
        }
        guard let found else { return nil }
        self = found.element
    }

    /// A longer text says something else that happens to hold the word.
    private static let longestRequest = 40
}
