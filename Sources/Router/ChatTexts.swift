/// What we say to people ourselves, in the chat.
package struct ChatTexts: Sendable {
    package var tooManyWaiting = "排队的消息太多了，这条没有收下。请等前面的回复到了再发。"
    package var cancelled = "这条消息已由管理员取消，不会再有回复。"
    package var failed = "抱歉，这条消息没有处理成功。"
    package var retrying = "处理时遇到了问题，稍后会自动重试，请稍候。"
    package var tookTooLong = "抱歉，处理时间太长，已经停止。"

    package init() {}
}
