import Lanes
import Lifecycle
import Observability
import Router
import System
import WeCom

/// Reads what was kept of bots, and writes down what is known of them, seldom, so that it is known after a restart.
struct BotRecorder: Service {
    let name = "bots' records"
    /// The connections as they stand.
    let statuses: @Sendable () -> [BotID: BotConnection.Status]
    /// One of them is in another state.
    let news: Wakeup
    let records: BotRecords
    let store: any BotStore
    let log: Logger

    /// Many bots that change together, as when WeCom restarts, are one write.
    private static let gathering = Duration.seconds(1)

    func run(_ life: ServiceLife) async {
        // Whoever asks after the start is told all of it, unless the disk is full: that holds up no start.
        var isRead = await read()
        life.hasStarted()
        while !isRead {
            if await life.isToldToStop(within: BotRecorder.gathering) { return }
            isRead = await read()
        }
        var due = DueBotRecords()
        while !life.isToldToStop {
            await firstOf(life.untilToldToStop) { await news.wait(atMost: DueBotRecords.interval) }
            if await life.isToldToStop(within: BotRecorder.gathering) { break }
            await write(&due)
        }
        await write(&due, isLast: true)
    }

    private func read() async -> Bool {
        do {
            try await records.read()
            return true
        } catch {
            log.debug("what is known of bots was not read: \(error)")
            return false
        }
    }

    private func write(_ due: inout DueBotRecords, isLast: Bool = false) async {
        let now = MonotonicTime.now
        let records = due.due(records.all(statuses()), at: now, isLast: isLast)
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
