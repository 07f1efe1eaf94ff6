import Text

/// The texts that we say to people ourselves, in the chat. An empty text is not said.
package struct ChatTexts: Sendable, Equatable {
    /// The language of what has no name in the configuration: times, kinds of files, signs between the members of a list.
    package var language = Language.chinese
    package var tooMuch = ""
    package var refused = ""
    package var cancelled = ""
    package var failed = ""
    package var retrying = ""
    /// The agent is away; the message is kept until `{until}`.
    package var away = ""
    /// It is there again.
    package var back = ""
    /// The agent is too busy; the message is kept until `{until}`.
    package var busy = ""
    /// It did not come back in time.
    package var awayTooLong = ""
    package var tookTooLong = ""
    /// A turn has begun that takes a while.
    package var acknowledged = ""
    /// The message waits for a worker.
    package var queued = ""
    /// It waits behind `{count}` of the same person.
    package var queuedBehind = ""
    /// It still runs: `{minutes}` since when, `{progress}` what the agent says.
    package var progress = ""
    /// `{name}` of something that could not be fetched.
    package var attachmentFailed = ""
    /// `{name}` of a file that cannot be sent, and `{reason}`, one of the next.
    package var fileFailed = ""
    /// It has more than `{limit}`.
    package var fileTooLarge = ""
    /// There is no room for it beside the other files of the answer.
    package var filesTooLarge = ""
    /// No file of its kind goes this way.
    package var fileNotCarried = ""
    package var fileUnreadable = ""
    /// Its address was of no use.
    package var fileNotFetched = ""
    /// The `{name}` and `{text}` of a file that WeCom takes for an empty one.
    package var smallFile = ""
    /// Ends a reply that shows while it is written, when that has taken too long: the answer comes by itself.
    package var streamMoved = ""
    /// Below a reply that shows while it is written, when the router stops: it goes on later.
    package var streamPaused = ""
    /// Above what an app delivers for the bot `{name}`, whose own ways are gone.
    package var viaApp = ""
    /// Above an answer that could not be delivered at its `{time}`, and is given with the next.
    package var keptAnswer = ""
    /// Ends the reply to a message that is answered together with a later one.
    package var answeredTogether = ""
    /// Under the beginning of an answer that is too long for messages.
    package var fullTextAttached = ""
    /// The turn that the person had stopped is truly over.
    package var stopped = ""
    /// The agent remembers nothing any more.
    package var sessionLost = ""
    /// The newest files in the agent's working directory are out of reach.
    package var filesLost = ""
    /// Above what the agent said before it broke off.
    package var incomplete = ""
    /// Beneath a failure that may not come again: by `{retry}` it is tried once more.
    package var retryHint = ""
    /// On a card below a failure: the session may begin anew.
    package var startOver = ""
    /// The line of that card which does it.
    package var startOverLine = ""
    /// Beneath any failure: the `{number}` by which an administrator finds it.
    package var failureNumber = ""
    /// `{reason}` why the agent cannot take what was sent.
    package var inputRefused = ""
    /// `{reason}` why the agent will not answer.
    package var declined = ""
    /// A fresh session has begun.
    package var newSession = ""
    /// The same, while `{count}` messages of the one before are still to be answered.
    package var newSessionWhileBusy = ""
    /// The running turn has been told to stop.
    package var stopping = ""
    /// `{count}` messages that waited will not be answered.
    package var stoppedWaiting = ""
    package var nothingToStop = ""
    /// To a member of a group who cannot stop what another member's message began.
    package var stopOthers = ""
    package var statusIdle = ""
    /// To a member of a group for whom nothing is at work, but for others.
    package var statusOthers = ""
    /// `{time}` it has taken so far, `{text}` what was asked, `{progress}` what the agent says.
    package var statusRunning = ""
    /// `{time}` until the next try, `{text}` what was asked.
    package var statusRetrying = ""
    /// `{text}` that the agent wants to know.
    package var statusAsking = ""
    /// `{count}` messages wait.
    package var statusWaiting = ""
    package var queueEmpty = ""
    /// A line of the queue: its `{number}` and `{text}`.
    package var queueItem = ""
    /// Under the queue; `{queue}` is the word for it.
    package var queueHint = ""
    /// `{text}` that will not be answered.
    package var dropped = ""
    /// `{number}` that is not in the queue.
    package var noSuchItem = ""
    /// `{text}` that is tried once more.
    package var retried = ""
    package var nothingToRetry = ""
    /// The help on a command, behind its name.
    package var helpNew = ""
    package var helpStop = ""
    package var helpStatus = ""
    package var helpQueue = ""
    package var helpHelp = ""
    package var helpRetry = ""
    /// An agent asks to be allowed `{action}`.
    package var permissionTitle = ""
    package var allow = ""
    package var deny = ""
    package var allowForSession = ""
    package var allowAlways = ""
    /// Under a question, where its options have numbers.
    package var questionHint = ""
    /// The same where several may be chosen.
    package var questionHintMany = ""
    /// In place of the buttons: the `{choice}`.
    package var questionAnswered = ""
    /// The time for an answer has passed.
    package var questionExpired = ""
    /// The agent does not want to know any more.
    package var questionWithdrawn = ""
    /// The turn that asked has ended.
    package var questionLapsed = ""
    /// Said to who answers too late; `{state}` is one of the four before.
    package var questionOver = ""
    /// The server had stopped in the middle of a turn.
    package var crashQuestion = ""
    package var crashResume = ""
    package var crashRetry = ""
    package var crashStop = ""

    package init() {}

    /// Each text by the name that the configuration has for it.
    package static let names: [(name: String, text: any WritableKeyPath<ChatTexts, String> & Sendable)] = [
        ("too_much", \.tooMuch), ("refused", \.refused), ("cancelled", \.cancelled), ("failed", \.failed),
        ("retrying", \.retrying), ("away", \.away), ("busy", \.busy), ("back", \.back),
        ("away_too_long", \.awayTooLong),
        ("took_too_long", \.tookTooLong), ("acknowledged", \.acknowledged),
        ("queued", \.queued), ("queued_behind", \.queuedBehind),
        ("progress", \.progress), ("attachment_failed", \.attachmentFailed), ("file_failed", \.fileFailed),
        ("file_too_large", \.fileTooLarge), ("files_too_large", \.filesTooLarge),
        ("file_not_carried", \.fileNotCarried),
        ("file_unreadable", \.fileUnreadable), ("file_not_fetched", \.fileNotFetched), ("small_file", \.smallFile),
        ("stream_moved", \.streamMoved), ("stream_paused", \.streamPaused), ("via_app", \.viaApp),
        ("kept_answer", \.keptAnswer),
        ("answered_together", \.answeredTogether),
        ("retry_hint", \.retryHint), ("failure_number", \.failureNumber), ("start_over", \.startOver),
        ("start_over_line", \.startOverLine),
        ("full_text_attached", \.fullTextAttached),
        ("stopped", \.stopped),
        ("session_lost", \.sessionLost),
        ("files_lost", \.filesLost),
        ("incomplete", \.incomplete),
        ("input_refused", \.inputRefused),
        ("declined", \.declined),
        ("new_session", \.newSession),
        ("new_session_while_busy", \.newSessionWhileBusy),
        ("stopping", \.stopping),
        ("stopped_waiting", \.stoppedWaiting),
        ("nothing_to_stop", \.nothingToStop),
        ("stop_others", \.stopOthers),
        ("status_idle", \.statusIdle),
        ("status_others", \.statusOthers),
        ("status_running", \.statusRunning),
        ("status_retrying", \.statusRetrying),
        ("status_asking", \.statusAsking),
        ("status_waiting", \.statusWaiting),
        ("queue_empty", \.queueEmpty),
        ("queue_item", \.queueItem),
        ("queue_hint", \.queueHint),
        ("dropped", \.dropped),
        ("no_such_item", \.noSuchItem),
        ("retried", \.retried),
        ("nothing_to_retry", \.nothingToRetry),
        ("help_new", \.helpNew),
        ("help_stop", \.helpStop),
        ("help_status", \.helpStatus),
        ("help_queue", \.helpQueue),
        ("help_help", \.helpHelp),
        ("help_retry", \.helpRetry),
        ("permission_title", \.permissionTitle),
        ("allow", \.allow),
        ("deny", \.deny), ("allow_for_session", \.allowForSession), ("allow_always", \.allowAlways),
        ("question_hint", \.questionHint),
        ("question_hint_many", \.questionHintMany),
        ("question_answered", \.questionAnswered),
        ("question_expired", \.questionExpired),
        ("question_withdrawn", \.questionWithdrawn),
        ("question_lapsed", \.questionLapsed),
        ("question_over", \.questionOver),
        ("crash_question", \.crashQuestion),
        ("crash_resume", \.crashResume),
        ("crash_retry", \.crashRetry),
        ("crash_stop", \.crashStop),
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
        texts.tooMuch = "您的消息来得太快或太多，这一条没有接收。请等前面的回复到了再发。"
        texts.refused = "抱歉，您没有使用这个应用的权限。如需开通，请联系管理员。"
        texts.streamMoved = "仍在处理，完成后会另发一条消息告诉您。"
        texts.streamPaused = "服务正在重启，稍后继续。"
        texts.viaApp = "机器人「{name}」的回复："
        texts.keptAnswer = "您在 {time} 提问的回复，当时未能送达："
        texts.answeredTogether = "这条消息已与后面的消息一并回复。"
        texts.cancelled = "这条消息已由管理员取消，不会再有回复。"
        texts.failed = "抱歉，这条消息没有处理成功。"
        texts.retrying = "处理时遇到了问题，稍后会自动再试一次。"
        texts.away = "智能体暂时联系不上。您的消息已经保留，恢复后会自动处理，最晚等到 {until}。"
        texts.busy = "现在还处理不了您的消息。消息已经保留，会自动再试，最晚等到 {until}。"
        texts.back = "智能体已经恢复，正在处理您的消息。"
        texts.awayTooLong = "抱歉，智能体一直联系不上，这条消息没有处理。"
        texts.tookTooLong = "抱歉，处理时间太长，已经停止。"
        texts.acknowledged = "收到，正在处理，请稍候…"
        texts.queued = "收到，正在排队，轮到时会马上处理。"
        texts.queuedBehind = "收到，前面还有 {count} 条消息，会按顺序处理。"
        texts.progress = "还在处理，已经 {minutes} 分钟。{progress}"
        texts.attachmentFailed = "没能下载您发送的“{name}”，这次的回答不会用到它。"
        texts.fileFailed = "文件“{name}”没有发送成功：{reason}。"
        texts.fileTooLarge = "超过了 {limit}"
        texts.filesTooLarge = "这次回答的文件加起来太大"
        texts.fileNotCarried = "这里不能发送这种文件"
        texts.fileUnreadable = "读取不到它的内容"
        texts.fileNotFetched = "没能从它的地址下载"
        texts.smallFile = "{name}：{text}"
        texts.retryHint = "发送 {retry} 可以再试一次。"
        texts.startOver = "也可以重新开始"
        texts.startOverLine = "开始新会话"
        texts.failureNumber = "如需帮助，请向管理员提供编号 {number}。"
        texts.fullTextAttached = "（内容较长，全文见附件）"
        texts.stopped = "已停止。"
        texts.sessionLost = "之前的会话已经丢失，这条消息从头开始处理。"
        texts.filesLost = "之前工作目录里的最新文件取不回来了（保存它们的机器不在），这条消息在没有它们的情况下处理。"
        texts.incomplete = "回答中途断开，以下是断开前已有的部分："
        texts.inputRefused = "智能体处理不了这条消息：{reason}"
        texts.declined = "智能体没有回答这条消息：{reason}"
        texts.newSession = "已开始新的会话。"
        texts.newSessionWhileBusy = "已开始新的会话；之前的 {count} 条消息仍会在原会话中回复。"
        texts.stopping = "正在停止…"
        texts.stoppedWaiting = "已取消 {count} 条排队的消息。"
        texts.nothingToStop = "现在没有正在处理的消息。"
        texts.stopOthers = "正在处理的是其他成员的消息，只有发送者本人可以停止。"
        texts.statusIdle = "现在空闲，没有正在处理的消息。"
        texts.statusOthers = "正在处理其他成员的消息。"
        texts.statusRunning = "正在处理：{text}\n已经 {time}。{progress}"
        texts.statusRetrying = "等待再试：{text}\n{time}后再试。"
        texts.statusAsking = "等待您的回答：{text}"
        texts.statusWaiting = "还有 {count} 条消息在排队。"
        texts.queueEmpty = "没有排队的消息。"
        texts.queueItem = "{number}. {text}"
        texts.queueHint = "发送“{queue} 删除 序号”可以取消其中一条，例如：{queue} 删除 1"
        texts.dropped = "已取消：{text}"
        texts.noSuchItem = "排队的消息中没有序号 {number}。"
        texts.retried = "重新处理：{text}"
        texts.nothingToRetry = "没有可以重试的消息。"
        texts.helpNew = "开始新的会话"
        texts.helpStop = "停止正在处理的消息，并取消排队的消息"
        texts.helpStatus = "查看当前状态"
        texts.helpQueue = "查看排队的消息"
        texts.helpHelp = "查看可用的命令"
        texts.helpRetry = "重新处理上一条消息"
        texts.permissionTitle = "需要您的许可：{action}"
        texts.allow = "允许"
        texts.deny = "拒绝"
        texts.allowForSession = "本次会话允许"
        texts.allowAlways = "始终允许"
        texts.questionHint = "请回复序号选择。"
        texts.questionHintMany = "请回复序号选择，可多选，例如：1 3"
        texts.questionAnswered = "已选择：{choice}"
        texts.questionExpired = "已过时间，没有选择"
        texts.questionWithdrawn = "已撤回"
        texts.questionLapsed = "已失效"
        texts.questionOver = "这个问题已经结束（{state}）。"
        texts.crashQuestion = "服务重启时，这条消息正在处理。接下来怎么处理？"
        texts.crashResume = "继续"
        texts.crashRetry = "重新处理"
        texts.crashStop = "不再处理"
        return texts
    }()

    package static let english: ChatTexts = {
        var texts = ChatTexts()
        texts.language = .english
        texts.tooMuch =
            "Too many messages, or too fast: this one was not taken. Please wait for the answers to the others."
        texts.refused = "Sorry, you may not use this app. Please ask your administrator for access."
        texts.streamMoved = "Still at work: the answer will come as a message of its own."
        texts.streamPaused = "The service restarts; the answer goes on in a moment."
        texts.viaApp = "The answer of the bot {name}:"
        texts.keptAnswer = "The answer to your question of {time}, which could not be delivered then:"
        texts.answeredTogether = "Answered together with a later message."
        texts.cancelled = "An administrator has cancelled this message; there will be no answer."
        texts.failed = "Sorry, this message could not be answered."
        texts.retrying = "Something went wrong. It will be tried again shortly."
        texts.away =
            "The agent cannot be reached at the moment. Your message is kept and will be answered when it is back, until {until} at the latest."
        texts.busy =
            "Your message cannot be worked on right now. It is kept and tried again by itself, until {until} at the latest."
        texts.back = "The agent is back and is working on your message."
        texts.awayTooLong = "Sorry, the agent could not be reached, so this message was not answered."
        texts.tookTooLong = "Sorry, this took too long and was stopped."
        texts.acknowledged = "Got it, working on it…"
        texts.queued = "Got it. It is in the queue and will be answered as soon as it is its turn."
        texts.queuedBehind = "Got it. Messages ahead of this one: {count}."
        texts.progress = "Still at work, {minutes} min so far. {progress}"
        texts.attachmentFailed = "“{name}” could not be downloaded, so this answer does without it."
        texts.fileFailed = "The file “{name}” could not be sent: {reason}."
        texts.fileTooLarge = "it is larger than {limit}"
        texts.filesTooLarge = "the files of this answer are too large together"
        texts.fileNotCarried = "files of its kind cannot be sent here"
        texts.fileUnreadable = "its content cannot be read"
        texts.fileNotFetched = "it could not be downloaded from its address"
        texts.smallFile = "{name}: {text}"
        texts.retryHint = "Send {retry} to try it again."
        texts.startOver = "You can also start over"
        texts.startOverLine = "Begin a new session"
        texts.failureNumber = "If you need help, give your administrator the number {number}."
        texts.fullTextAttached = "(This is long: the full text is attached.)"
        texts.stopped = "Stopped."
        texts.sessionLost = "The earlier session is lost; the agent begins afresh with this message."
        texts.filesLost =
            "The newest files of the earlier work cannot be reached: the machine that has them is away. The agent goes on without them."
        texts.incomplete = "The answer broke off. This is the part that was there:"
        texts.inputRefused = "The agent cannot take this message: {reason}"
        texts.declined = "The agent would not answer this message: {reason}"
        texts.newSession = "A new session has begun."
        texts.newSessionWhileBusy =
            "A new session has begun; the {count} messages before it will still be answered in the old one."
        texts.stopping = "Stopping…"
        texts.stoppedWaiting = "Cancelled messages: {count}."
        texts.nothingToStop = "Nothing is running."
        texts.stopOthers = "It is working on another member's message, which only they can stop."
        texts.statusIdle = "Idle: nothing is running."
        texts.statusOthers = "Working on another member's message."
        texts.statusRunning = "Working on: {text}\n{time} so far. {progress}"
        texts.statusRetrying = "Waiting to try again: {text}\nNext try in {time}."
        texts.statusAsking = "Waiting for your answer: {text}"
        texts.statusWaiting = "Messages in the queue: {count}."
        texts.queueEmpty = "No messages are in the queue."
        texts.queueItem = "{number}. {text}"
        texts.queueHint = "Send “{queue} drop NUMBER” to cancel one, as in: {queue} drop 1"
        texts.dropped = "Cancelled: {text}"
        texts.noSuchItem = "There is no number {number} in the queue."
        texts.retried = "Once more: {text}"
        texts.nothingToRetry = "There is nothing to try again."
        texts.helpNew = "begins a new session"
        texts.helpStop = "stops the current message and cancels those in the queue"
        texts.helpStatus = "shows what is being worked on"
        texts.helpQueue = "lists the messages in the queue"
        texts.helpHelp = "lists the commands"
        texts.helpRetry = "tries the last message again"
        texts.permissionTitle = "Please allow: {action}"
        texts.allow = "Allow"
        texts.deny = "Deny"
        texts.allowForSession = "Allow this session"
        texts.allowAlways = "Always allow"
        texts.questionHint = "Please answer with a number."
        texts.questionHintMany = "Please answer with numbers, as in: 1 3"
        texts.questionAnswered = "Chosen: {choice}"
        texts.questionExpired = "The time is over, nothing was chosen"
        texts.questionWithdrawn = "Withdrawn"
        texts.questionLapsed = "No longer valid"
        texts.questionOver = "This question is over ({state})."
        texts.crashQuestion = "The service restarted in the middle of this message. What now?"
        texts.crashResume = "Go on"
        texts.crashRetry = "Start again"
        texts.crashStop = "Never mind"
        return texts
    }()
}

extension String {
    /// The text with `{name}`s filled in. What they are filled with is not looked at again.
    package func filled(_ values: [String: String]) -> String {
        let parts = pieces { $0 == UInt8(ascii: "{") }
        var text = String(parts[0])
        for part in parts.dropFirst() {
            if let (name, rest) = part.cut(around: "}"), let value = values[String(name)] {
                text += value + rest
            } else {
                text += "{" + part
            }
        }
        return String(text.withoutSpaceAtEnd)
    }
}
