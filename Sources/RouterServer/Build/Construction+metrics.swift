import Observability
import Router
import System
import WeCom

/// The metrics of what is counted elsewhere.
extension Construction {
    func describe(_ readiness: Readiness) {
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
        store.describe(in: metrics)
    }
}
