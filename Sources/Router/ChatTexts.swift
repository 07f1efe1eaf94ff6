/// What we say to people ourselves, in the chat. An empty text is not said.
package struct ChatTexts: Sendable, Equatable {
    package var tooMuch = ""
    package var refused = ""
    package var cancelled = ""
    package var failed = ""
    package var retrying = ""
    package var tookTooLong = ""
    /// A turn has begun that takes a while.
    package var acknowledged = ""
    /// It still runs: `{minutes}` since when, `{progress}` what the agent says.
    package var progress = ""
    /// `{name}` of something that could not be fetched.
    package var attachmentFailed = ""
    /// `{name}` of a file that cannot be sent, and `{reason}`.
    package var fileFailed = ""
    /// Under the beginning of an answer that is too long for messages.
    package var fullTextAttached = ""

    package init() {}

    /// Each text by the name that the configuration has for it.
    package static let names: [(name: String, text: any WritableKeyPath<ChatTexts, String> & Sendable)] = [
        ("too_much", \.tooMuch), ("refused", \.refused), ("cancelled", \.cancelled), ("failed", \.failed),
        ("retrying", \.retrying), ("took_too_long", \.tookTooLong), ("acknowledged", \.acknowledged),
        ("progress", \.progress), ("attachment_failed", \.attachmentFailed), ("file_failed", \.fileFailed),
        ("full_text_attached", \.fullTextAttached),
    ]

    package enum Language: String, Sendable, CaseIterable {
        case chinese = "zh-CN"
        case english = "en"
    }

    package init(_ language: Language) { self = language == .chinese ? .chinese : .english }
}

extension ChatTexts {
    package static let chinese: ChatTexts = {
        var texts = ChatTexts()
        texts.tooMuch = "消息太多了，这条没有收下。请等前面的回复到了再发。"
        texts.refused = "抱歉，您没有使用这个应用的权限。如需开通，请联系管理员。"
        texts.cancelled = "这条消息已由管理员取消，不会再有回复。"
        texts.failed = "抱歉，这条消息没有处理成功。"
        texts.retrying = "处理时遇到了问题，稍后会自动重试，请稍候。"
        texts.tookTooLong = "抱歉，处理时间太长，已经停止。"
        texts.acknowledged = "收到，正在处理，请稍候…"
        texts.progress = "仍在处理，已用时 {minutes} 分钟。{progress}"
        texts.attachmentFailed = "“{name}”没有下载成功，处理时无法参考它。"
        texts.fileFailed = "文件“{name}”没有发送成功：{reason}"
        texts.fullTextAttached = "（内容较长，全文见附件）"
        return texts
    }()

    package static let english: ChatTexts = {
        var texts = ChatTexts()
        texts.tooMuch = "Too many messages: this one was not taken. Please wait for the answers to the others."
        texts.refused = "Sorry, you may not use this app. Please ask your administrator for access."
        texts.cancelled = "An administrator has cancelled this message; there will be no answer."
        texts.failed = "Sorry, this message could not be answered."
        texts.retrying = "Something went wrong. It will be tried again shortly."
        texts.tookTooLong = "Sorry, this took too long and was stopped."
        texts.acknowledged = "Got it, working on it…"
        texts.progress = "Still at work, {minutes} min so far. {progress}"
        texts.attachmentFailed = "“{name}” could not be fetched, so it cannot be taken into account."
        texts.fileFailed = "The file “{name}” could not be sent: {reason}"
        texts.fullTextAttached = "(This is long: the full text is attached.)"
        return texts
    }()
}

extension String {
    /// The text with `{name}`s filled in.
    func filled(_ values: [String: String]) -> String {
        values.reduce(self) { $0.replacing("{\($1.key)}", with: $1.value) }.trimmingTrailingSpace
    }

    private var trimmingTrailingSpace: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
