import Lanes
import Observability
import Router
import System
import WeCom

/// The metrics of bots, by their names.
extension Construction {
    func describe(_ bots: LiveBots) {
        metrics.gauge(
            "bot_connected", "1 while the long connection of a bot has it, else 0",
            each: { series(of: bots) { name, status in [(name, status.isReady ? 1 : 0)] } })
        metrics.counted(
            "bot_reconnects_total", "Times that WeCom has given us a bot again",
            each: { series(of: bots) { name, status in [(name, status.reconnects)] } })
        metrics.counted(
            "bot_losses_total", "Times that a bot was not given to us, was lost or was taken, by what followed",
            each: {
                series(of: bots) { name, status in
                    BotConnectionMachine.State.wordsOfLoss.map { word in
                        ("\(name),state=\"\(word)\"", status.losses[word] ?? 0)
                    }
                }
            })
        metrics.gauge(
            "bot_last_callback_seconds", "The time of a bot's last message or event, in seconds since 1970",
            each: { [current] in
                BotStanding.all(current.serving, bots).prefix(Construction.mostBotSeries).compactMap { standing in
                    standing.record.lastCallback.map {
                        (labels: "app=\"\(standing.bot.name)\"", value: Double($0.milliseconds) / 1000)
                    }
                }
            })
    }

    /// The number of bots with series of their own.
    private static let mostBotSeries = 1000

    private func series<Value>(
        of bots: LiveBots, _ make: (_ labels: String, BotConnection.Status) -> [(String, Value)]
    ) -> [(labels: String, value: Value)] {
        let directory = current.serving.directory
        return bots.sockets.statuses.map { id, status in (directory.shownName(of: .bot(id)), status) }
            .sorted { $0.0 < $1.0 }.prefix(Construction.mostBotSeries)
            .flatMap { name, status in make("app=\"\(name)\"", status) }
            .map { (labels: $0.0, value: $0.1) }
    }
}
