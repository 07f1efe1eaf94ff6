import WeCom

extension BotConnectionMachine {
    mutating func take(_ frame: BotFrame, _ moment: Moment) {
        guard state != .connecting else { return }
        switch frame {
        case .message, .event: actions.append(.hear(frame))
        case .kick(let reason): end(.displaced, "another connection has taken the bot over" + words(reason))
        case .answer(let answer) where answer.id == subscription: subscribed(answer, moment)
        case .answer(let answer) where heartbeats.contains(answer.id): beaten(answer, moment)
        case .answer(let answer): take(answer, moment)
        case .unknown: break
        }
    }
}

private func words(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }
