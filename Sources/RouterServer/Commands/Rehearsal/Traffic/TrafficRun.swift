import JSON
import Lifecycle
import Simulator
import System

/// Traffic at a terminal: a line that follows it while it runs, a table at its end, and files for programs.
struct TrafficRun: Sendable {
    let options: TrafficOptions
    let print: @Sendable (String) -> Void

    /// Says all of it, or as much as there was until `stop`. Fails where not one message was acknowledged.
    func run(_ writers: [Traffic.Writer], in wecom: FakeWeCom, until stop: Signpost) async throws -> ExitStatus {
        wecom.limitMembers(to: .none)
        wecom.limitCalls(to: .none)
        wecom.limitDays(toAccounts: nil)
        let loop = try EventLoop(named: "traffic")
        defer { loop.stop() }
        guard await isAnswered(writers, wecom, until: stop) else { return .failed }
        let traffic = try Traffic(options.plan, of: writers, in: wecom, on: loop)
        let rows = Lock([String]())
        let figures = await withTaskGroup(of: TrafficFigures?.self) { group in
            group.addTask { await traffic.run() }
            group.addTask {
                await stop.wait()
                return nil
            }
            group.addTask {
                await follow(traffic, rows)
                return nil
            }
            var figures = TrafficFigures()
            // Whatever ends first ends the others, and the run still tells how far it came.
            while let ended = await group.next() {
                group.cancelAll()
                if let ended { figures = ended }
            }
            return figures
        }
        if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") }
        let last = TrafficReport(figures: await traffic.progress().recent)
        rows.withLock { $0.append(last.row($0.count + 1)) }
        let report = TrafficReport(figures: figures)
        // A program reads the figures alone.
        if [options.csv, options.json].contains("-") { StandardError.write(report.text) } else { print(report.text) }
        if let path = options.json { try write(path, report.json.text + "\n") }
        if let path = options.csv { try write(path, TrafficReport.columns + rows.withLock { $0.joined() }) }
        return figures.acknowledged > 0 ? .done : .failed
    }

    /// Waits until a router takes the callback URL, as it does when an administrator saves it, and the bots are connected. False
    /// if we are stopped before.
    private func isAnswered(_ writers: [Traffic.Writer], _ wecom: FakeWeCom, until stop: Signpost) async -> Bool {
        if let app = writers.lazy.compactMap(\.app).first {
            var isTold = false
            while await !wecom.verifyURL(of: app) {
                if !isTold { StandardError.write("waiting for a router at \(wecom.callbackURL(of: app))\n") }
                isTold = true
                if await stop.isReached(within: .milliseconds(500)) { return false }
            }
        }
        let sockets = writers.compactMap { if case .socket(let bot) = $0.bot { bot.id } else { nil } }
        await wecom.sockets.untilConnected(Set(sockets), within: .seconds(30))
        return !stop.isReached
    }

    /// Until the task is cancelled.
    private func follow(_ traffic: Traffic, _ rows: Lock<[String]>) async {
        var second = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let (all, recent) = await traffic.progress()
            guard all.said > 0 else { continue }
            second += 1
            let report = TrafficReport(figures: recent)
            if options.csv != nil { rows.withLock { $0.append(report.row(second)) } }
            if StandardError.isTerminal { StandardError.write("\r\u{1B}[K\(report.progress(second, of: all))") }
        }
    }

    private func write(_ path: String, _ text: String) throws {
        if path == "-" { return print(text) }
        try writeFile(path, Array(text.utf8))
    }
}
