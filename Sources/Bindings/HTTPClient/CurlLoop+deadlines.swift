import HTTP
import System

/// Two limits that curl does not keep: the wait for a place, and silence within an answer (curl's own measure of speed
/// is an average over seconds).
extension CurlLoop {
    /// A deadline that moves on needs no new look: whoever looks too early looks again.
    func look(at moment: MonotonicTime) {
        nextLook = min(nextLook ?? moment, moment)
    }

    func endOverdue() {
        guard let due = nextLook, MonotonicTime.now >= due else { return }
        nextLook = nil
        let now = MonotonicTime.now
        for transfer in waiting { judgeWaiting(transfer, now) }
        for transfer in Array(running.values) { judgeSilence(transfer, now) }
    }

    /// The timeout for `poll`, in whole milliseconds, which never ends before the next look is due.
    var untilNextLook: Int32 {
        guard let nextLook else { return 60_000 }
        return Int32(min(max(nextLook.since(.now).inMilliseconds + 1, 0), 60_000))
    }

    private func judgeWaiting(_ transfer: Transfer, _ now: MonotonicTime) {
        guard let total = transfer.options.totalTimeout else { return }
        let deadline = transfer.handedIn.advanced(by: total)
        if now < deadline { return look(at: deadline) }
        end(transfer, .notSent(transfer.describe("total timeout of \(total.short) while it waited for others")))
    }

    private func judgeSilence(_ transfer: Transfer, _ now: MonotonicTime) {
        guard let idle = transfer.options.idleTimeout else { return }
        let sent = transfer.handle?.bodyBytesSent ?? 0
        if transfer.isHeldBack || sent != transfer.bodyBytesSentThen { transfer.silentSince = now }
        transfer.bodyBytesSentThen = sent
        let deadline = (transfer.silentSince ?? now).advanced(by: idle)
        if now < deadline { return look(at: deadline) }
        end(transfer, .unanswered(transfer.describe("idle timeout of \(idle.short): nothing came for so long")))
    }
}
