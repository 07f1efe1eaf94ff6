import Lifecycle
package import System
package import WeCom

/// Many people who write at once: callbacks that were sealed ahead of time are posted over a few connections from one thread,
/// and what comes of them is counted.
///
/// Nobody has two messages open at a time. The answer to one is the first message that then reaches its sender from the same
/// app, or the end of what a bot shows.
package actor Traffic: LoopActor {
    /// A person, and what they write to.
    package struct Writer: Sendable {
        package let user: UserID
        package let app: FakeApp?
        package let bot: TrafficBot?

        package init(_ user: UserID, to app: FakeApp?, _ bot: TrafficBot?) {
            self.user = user
            self.app = app
            self.bot = bot
        }
    }

    package nonisolated let loop: EventLoop
    let wecom: FakeWeCom
    let plan: TrafficPlan
    let script: TrafficScript
    var speakers: [TrafficSpeaker]
    private let places: [MemberOfApp: Int]
    /// Those with nothing open, in the order in which they speak next.
    var idle: Queue<Int>
    /// Those who were refused: they wait for the next look.
    var resting: [Int] = []
    var lines: [CallbackLine] = []
    private var free: [CallbackLine] = []
    /// Callbacks for which no line was free.
    private var waiting = Queue<(speaker: Int, callback: [UInt8])>()

    var figures = TrafficFigures()
    /// The same since somebody asked last.
    private var recent = TrafficFigures()
    var began = MonotonicTime.now
    /// The number of messages that have become due.
    var due = 0
    var openCount = 0
    private let arrivals = Lock<[MemberOfApp]>([])
    private let work = TaskScope()

    package init(_ plan: TrafficPlan, of writers: [Writer], in wecom: FakeWeCom, on loop: EventLoop) throws {
        self.plan = plan
        self.wecom = wecom
        self.loop = loop
        let speakers = try writers.map { writer in
            let url = writer.app.map { wecom.callbackURL(of: $0) }
            let address = url.flatMap { CallbackAddress($0) }
            if let url, address == nil { throw NoPlainURL(url: url) }
            return TrafficSpeaker(user: writer.user, app: writer.app, bot: writer.bot, address: address)
        }
        self.speakers = speakers
        places = Dictionary(
            speakers.enumerated().compactMap { index, one in
                one.app.map { (MemberOfApp(app: $0.identity, user: one.user), index) }
            }
        ) { first, _ in first }
        idle = Queue(Array(speakers.indices))
        script = TrafficScript(wecom: wecom, plan.mix, for: speakers.compactMap(\.app))
    }

    /// Says all of it and returns what came of it, when the last has been answered or has had its time. Ends early when the
    /// task is cancelled.
    package func run() async -> TrafficFigures {
        sealAhead()
        lines = (0..<max(1, plan.connections)).map { _ in CallbackLine(on: loop) }
        free = lines
        wecom.transcript.watchDeliveries { [weak self] in self?.note($0) }
        defer { wecom.transcript.watchDeliveries(nil) }
        began = .now
        await goOn()
        let ended = figures
        // Whoever still waits for a line waits in vain.
        waiting = Queue()
        for line in lines { line.close() }
        return ended
    }

    /// The figures so far, and those since this was asked last.
    package func progress() -> (all: TrafficFigures, recent: TrafficFigures) {
        defer { recent = TrafficFigures() }
        return (figures, recent)
    }

    private func sealAhead() {
        var (bytes, number) = (0, 0)
        // What is said to bots has no size.
        let most = speakers.isEmpty ? 0 : min(plan.most ?? .max, 1_000_000)
        while bytes < plan.sealedAhead, number < most {
            let index = number % speakers.count
            let saying = script.saying(number, by: speakers[index])
            bytes += saying.size
            speakers[index].sealed.append(saying)
            number += 1
        }
        for index in speakers.indices { speakers[index].sealed.reverse() }
    }

    // MARK: Saying

    func speak(_ index: Int, due moment: MonotonicTime) {
        let number = due
        let saying = speakers[index].sealed.popLast() ?? script.saying(number, by: speakers[index])
        speakers[index].open = TrafficSpeaker.Open(
            number: number, due: moment, counts: moment.since(began) >= plan.ramp)
        openCount += 1
        count { $0.said += 1 }
        switch saying {
        case .bot: sayToBot(index, number)
        case .callback(let callback):
            if let line = free.popLast() {
                post(callback, by: index, over: line)
            } else {
                waiting.append((index, callback))
            }
        }
    }

    private func post(_ callback: [UInt8], by index: Int, over line: CallbackLine) {
        guard let address = speakers[index].address, let number = speakers[index].open?.number else {
            return free.append(line)
        }
        // Without a rate nothing is late: what had to wait for a line is due now.
        if plan.pace == .closed { speakers[index].open?.due = .now }
        line.post(callback, to: address) { [self] status in
            end(index, number, status)
            if let next = waiting.popFirst() {
                post(next.callback, by: next.speaker, over: line)
            } else {
                free.append(line)
            }
        }
    }

    private func sayToBot(_ index: Int, _ number: Int) {
        guard let bot = speakers[index].bot else { return refuse(index, number, "there is no bot") }
        let (user, words) = (speakers[index].user, script.words(number))
        work.start { [self, wecom] in
            switch bot {
            case .webhook(let bot):
                let message = wecom.message(.text(words), from: user, in: .single, to: bot)
                let bubble = await wecom.post(message, to: bot, asking: .seconds(1)) { made in
                    if made.isAcknowledged { self.soon { $0.end(index, number, 200) } }
                }
                let isAnswered = bubble?.isFinished == true && bubble?.fault == nil
                self.soon { traffic in
                    if isAnswered {
                        traffic.noteAnswer(index, number)
                    } else {
                        traffic.refuse(index, number, "the bot did not finish an answer")
                    }
                }
            case .socket(let bot):
                let message = wecom.message(.text(words), from: user, in: .single, to: bot.id)
                let request = await wecom.give(message, to: bot) { bubble in
                    self.soon { traffic in
                        traffic.end(index, number, 200)
                        if bubble.isFinished { traffic.noteAnswer(index, number) }
                    }
                }
                if request == nil { self.soon { $0.refuse(index, number, "the bot is not connected") } }
            }
        }
    }

    // MARK: Hearing

    /// A callback has been answered, or has not.
    private func end(_ index: Int, _ number: Int, _ status: Int?) {
        guard speakers[index].open?.number == number, speakers[index].open?.isAcknowledged == false else { return }
        guard status == 200 else {
            return refuse(index, number, status.map { "answered with \($0)" } ?? "the connection broke")
        }
        speakers[index].open?.isAcknowledged = true
        note(index, \.acknowledged, \.toAcknowledgement, \.acknowledgedWithin)
        if speakers[index].open?.isAnswered == true { close(index) }
    }

    private func noteAnswer(_ index: Int, _ number: Int) {
        guard speakers[index].open?.number == number, speakers[index].open?.isAnswered == false else { return }
        speakers[index].open?.isAnswered = true
        note(index, \.answered, \.toAnswer, \.answeredWithin)
        if speakers[index].open?.isAcknowledged == true { close(index) }
    }

    func refuse(_ index: Int, _ number: Int, _ reason: String) {
        guard speakers[index].open?.number == number else { return }
        count {
            $0.refused += 1
            if $0.trouble == nil { $0.trouble = reason }
        }
        speakers[index].open = nil
        openCount -= 1
        resting.append(index)
    }

    /// Ends a message: nobody waits for more of it.
    func close(_ index: Int) {
        speakers[index].open = nil
        openCount -= 1
        idle.append(index)
        speakNext()
    }

    private func note(
        _ index: Int, _ counter: WritableKeyPath<TrafficFigures, Int>,
        _ latencies: WritableKeyPath<TrafficFigures, LatencyHistogram>,
        _ within: WritableKeyPath<TrafficFigures, Duration>
    ) {
        guard let open = speakers[index].open else { return }
        let now = MonotonicTime.now
        count { figures in
            figures[keyPath: counter] += 1
            guard open.counts else { return }
            figures[keyPath: latencies].add(now.since(open.due))
            figures[keyPath: within] = now.since(began) - plan.ramp
        }
    }

    func count(_ change: (inout TrafficFigures) -> Void) {
        change(&figures)
        change(&recent)
    }

    /// Somebody sees a message: comes on whatever thread WeCom is played.
    private nonisolated func note(_ message: SentMessage) {
        let seen = message.recipients.map { MemberOfApp(app: message.app, user: $0) }
        let isFirst = arrivals.withLock { arrivals in
            arrivals += seen
            return arrivals.count == seen.count
        }
        if isFirst { soon { $0.takeArrivals() } }
    }

    private func takeArrivals() {
        let seen = arrivals.withLock { arrivals in
            defer { arrivals = [] }
            return arrivals
        }
        for member in seen {
            guard let index = places[member], let number = speakers[index].open?.number else { continue }
            noteAnswer(index, number)
        }
    }
}

/// Callbacks are posted to plain HTTP alone.
package struct NoPlainURL: Error, CustomStringConvertible {
    package let url: String
    package var description: String { "traffic goes to http:// alone, not to \(url)" }
}
