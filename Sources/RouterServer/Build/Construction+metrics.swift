import Lanes
import Observability
import Router
import System
import WeCom

/// The metrics of what is counted elsewhere.
extension Construction {
    func describe(_ readiness: Readiness, _ sockets: BotSockets) {
        metrics.gauge("turns_running", "Turns that run now") { [turns] in Double(turns.all.count) }
        metrics.gauge(
            "clock_lead_seconds", "How far our clock is ahead of WeCom's; 0 before WeCom has answered anything"
        ) { [wecomClock] in Double(wecomClock.lead()?.inMilliseconds ?? 0) / 1000 }
        metrics.gauge("ready", "1 while /ready is green, else 0") { readiness.reasons.isEmpty ? 1 : 0 }
        metrics.gauge("resident_memory_bytes", "Memory of the process that is resident") {
            Double(Process.residentBytes)
        }
        metrics.counted("log_lines_dropped_total", "Log lines dropped because their reader was too slow") { [log] in
            log.droppedLines
        }
        metrics.gauge(
            "app_credentials", "1 for the state that WeCom's last word has put an app's credentials in",
            each: { [current] in AppStandings(current.serving).series })
        metrics.gauge(
            "bot_connected", "1 while the long connection of a bot has it, else 0",
            each: { [current] in
                let directory = current.serving.directory
                return sockets.statuses.prefix(Construction.mostBotSeries).map { id, status in
                    (labels: "app=\"\(directory.shownName(of: .bot(id)))\"", value: status.isReady ? 1 : 0)
                }.sorted { $0.labels < $1.labels }
            })
        store.describe(in: metrics)
    }

    /// The number of bots with a series of their own.
    private static let mostBotSeries = 1000
}
