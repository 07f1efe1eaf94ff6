import System
import Text
import WeCom

extension ChatTexts {
    /// Puts a command's result in words. `progress` is the last that a job's agent told of where it stands.
    func words(
        for result: CommandResult, _ commands: ChatCommands, within speech: Speech, at now: Timestamp,
        progress: (JobID) -> String?
    ) -> String {
        switch result {
        case .newSession(waiting: 0): newSession
        case .newSession(let count): newSessionWhileBusy.filled(["count": String(count)])
        case .stopped(let isRunning, let waiting, let others): stopWords(isRunning, waiting, others)
        case .status(let status): words(for: status, at: now, progress)
        case .queue(let texts): words(for: texts, commands, within: speech)
        case .dropped(let text): dropped.filled(["text": excerpt(text)])
        case .noSuchItem(let number): noSuchItem.filled(["number": String(number)])
        case .retried(let text): retried.filled(["text": excerpt(text)])
        case .nothingToRetry: nothingToRetry
        case .queueIsFull: tooMuch
        case .help: help(commands)
        }
    }

    private func stopWords(_ isRunning: Bool, _ waiting: Int, _ others: Bool) -> String {
        let dropped = waiting == 0 ? nil : stoppedWaiting.filled(["count": String(waiting)])
        if others { return lines([dropped, stopOthers]) }
        if !isRunning { return dropped ?? nothingToStop }
        return lines([stopping, dropped])
    }

    private func words(
        for status: ConversationStatus, at now: Timestamp, _ progress: (JobID) -> String?
    ) -> String {
        var first = status.isOthers ? statusOthers : statusIdle
        if let current = status.current {
            switch current.phase {
            case .running(let since):
                first = statusRunning.filled([
                    "text": excerpt(current.text), "time": words(for: now.since(since)),
                    "progress": progress(current.job) ?? current.progress ?? "",
                ])
            case .retrying(let due):
                first = statusRetrying.filled([
                    "text": excerpt(current.text), "time": words(for: due.since(now)),
                ])
            }
        }
        return lines([
            first, status.question.map { statusAsking.filled(["text": excerpt($0)]) },
            status.waiting == 0 ? nil : statusWaiting.filled(["count": String(status.waiting)]),
        ])
    }

    private func words(for queue: [String], _ commands: ChatCommands, within speech: Speech) -> String {
        guard !queue.isEmpty else { return queueEmpty }
        let items = queue.enumerated().map { place, text in
            queueItem.filled(["number": String(place + 1), "text": excerpt(text)])
        }
        let hint = queueHint.filled(["queue": commands.words[.queue]?.first ?? "/queue"])
        // As many as one message has room for above the hint.
        var room = speech.limit - hint.utf8.count - 1 - more.utf8.count - 1
        let shown = items.prefix { item in
            room -= item.utf8.count + 1
            return room >= 0
        }
        return lines(Array(shown) + (shown.count < items.count ? [more] : []) + [hint])
    }

    package func help(_ commands: ChatCommands) -> String {
        let meanings: [(ChatCommand.Name, String)] = [
            (.new, helpNew), (.stop, helpStop), (.status, helpStatus), (.queue, helpQueue), (.retry, helpRetry),
            (.help, helpHelp),
        ]
        return lines(
            meanings.compactMap { name, meaning in
                let words = commands.words[name, default: []]
                return words.isEmpty || meaning.isEmpty
                    ? nil : "\(words.joined(separator: listSeparator))\(colon)\(meaning)"
            })
    }

    /// The beginning of what somebody said, on one line. A message without words is the kind of what it brought, in brackets.
    func excerpt(_ text: String) -> String {
        for kind in SentMedia.Kind.allCases where text.isSame(as: "[\(kind.rawValue)]") { return "[\(name(of: kind))]" }
        let line = text.beginning(bytes: 4 * longestExcerpt).scalarPieces(between: \.endsLine).joined(separator: " ")
        return line.cut(toCharacters: 40, bytes: longestExcerpt)
    }

    private func lines(_ lines: [String?]) -> String {
        lines.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

/// Stands where there is no room for the rest of a list.
private let more = "…"

/// In bytes: forty characters of any script.
private let longestExcerpt = 160
