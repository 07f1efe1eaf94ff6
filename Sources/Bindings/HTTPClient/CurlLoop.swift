internal import CCurl
import HTTP
import System

/// The loop of the connections' thread: takes requests, lets curl work, hands over what has ended, sleeps.
final class CurlLoop {
    private let multi: CurlMulti
    private let mailbox: CurlMailbox
    private let maxRunning: Int
    private let authorities: String?
    private let resolving: [String]
    private(set) var running: [ObjectIdentifier: Transfer] = [:]
    private(set) var waiting: [Transfer] = []
    /// The moment at which the time limits that curl does not keep are looked at next; nil while there are none.
    var nextLook: MonotonicTime?

    init(_ mailbox: CurlMailbox, maxRunning: Int, authorities: String?, resolving: [String]) {
        guard let multi = mailbox.takeMulti() else { preconditionFailure("a mailbox serves one thread") }
        self.multi = multi
        self.mailbox = mailbox
        self.maxRunning = maxRunning
        self.authorities = authorities
        self.resolving = resolving
    }

    /// Runs until the mailbox is closed, then ends everything as cancelled.
    func run() {
        while true {
            let (commands, isClosing) = mailbox.take()
            commands.forEach(obey)
            if isClosing { break }
            multi.perform()
            while let (transfer, code) = multi.nextFinished() { end(transfer, transfer.verdict(code)) }
            endOverdue()
            fillPlaces()
            multi.poll(atMost: untilNextLook)
        }
        for transfer in Array(running.values) + waiting { end(transfer, .cancelled) }
        for case .start(let transfer) in mailbox.finish() { end(transfer, .cancelled) }
    }

    private func obey(_ command: CurlMailbox.Command) {
        switch command {
        case .start(let transfer): admit(transfer)
        case .cancel(let transfer): cancel(transfer)
        case .resume(let transfer): resume(transfer)
        }
    }

    private func admit(_ transfer: Transfer) {
        if transfer.stage == .cancelledEarly { return endBeforeItBegan(transfer) }
        transfer.stage = .waiting
        waiting.append(transfer)
        if let total = transfer.options.totalTimeout { look(at: transfer.handedIn.advanced(by: total)) }
        fillPlaces()
    }

    private func cancel(_ transfer: Transfer) {
        switch transfer.stage {
        case .handedIn: transfer.stage = .cancelledEarly
        case .waiting: endBeforeItBegan(transfer)
        case .running: end(transfer, .cancelled)
        case .cancelledEarly, .ended: break
        }
    }

    /// Ends a request of which nothing was sent, so that its caller need not wonder.
    private func endBeforeItBegan(_ transfer: Transfer) {
        end(transfer, .notSent(transfer.describe("cancelled before it began")))
    }

    private func resume(_ transfer: Transfer) {
        guard transfer.stage == .running else { return }
        transfer.isHeldBack = false
        transfer.silentSince = .now
        transfer.handle?.unpause()
    }

    private func fillPlaces() {
        while running.count < maxRunning, !waiting.isEmpty { start(waiting.removeFirst()) }
    }

    private func start(_ transfer: Transfer) {
        let handle = CurlHandle()
        handle.applyHouseRules(authorities: authorities)
        handle.apply(transfer.request)
        let waited = MonotonicTime.now.since(transfer.handedIn)
        handle.apply(transfer.options, totalTimeout: transfer.options.totalTimeout.map { $0 - waited })
        for line in resolving { handle.addResolved(line) }
        transfer.listen(to: handle)
        transfer.handle = handle
        transfer.stage = .running
        running[ObjectIdentifier(transfer)] = transfer
        if let idle = transfer.options.idleTimeout { look(at: .now.advanced(by: idle)) }
        multi.add(handle)
    }

    /// The one way out for a transfer: its connection is settled before its caller hears of it.
    func end(_ transfer: Transfer, _ failure: HTTPTransportError?) {
        if let handle = exchange(&transfer.handle, with: nil) { multi.remove(handle) }
        if transfer.stage == .running { running[ObjectIdentifier(transfer)] = nil }
        if transfer.stage == .waiting { waiting.removeAll { $0 === transfer } }
        transfer.stage = .ended
        mailbox.leave()
        transfer.answer.end(failure)
    }
}
