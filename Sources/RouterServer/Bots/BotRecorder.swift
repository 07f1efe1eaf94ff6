import Lifecycle
import Observability
import Router
import System

/// Writes down what is known of bots, seldom, so that it is known after a restart.
struct BotRecorder: Service {
    let name = "bots' records"
    let sockets: BotSockets
    let records: BotRecords
    let store: any BotStore
    let log: Logger

    /// Many bots that change together, as when WeCom restarts, are one write.
    private static let gathering = Duration.seconds(1)

    func run(_ life: ServiceLife) async {
        life.hasStarted()
        var due = DueBotRecords()
        while !life.isToldToStop {
            await firstOf(life.untilToldToStop) { await sockets.news.wait(atMost: DueBotRecords.interval) }
            if await life.isToldToStop(within: BotRecorder.gathering) { break }
            await write(&due)
        }
        await write(&due, isLast: true)
    }

    private func write(_ due: inout DueBotRecords, isLast: Bool = false) async {
        let now = MonotonicTime.now
        let records = due.due(records.all(sockets.statuses), at: now, isLast: isLast)
        guard !records.isEmpty else { return }
        do {
            try await store.keep(records)
            due.note(records, at: now)
        } catch {
            // It is tried again within a minute, and hangs on nothing.
            log.debug("what is known of bots could not be written: \(error)")
        }
    }
}
