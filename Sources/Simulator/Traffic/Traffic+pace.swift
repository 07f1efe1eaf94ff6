import System

/// The pace at which people speak.
extension Traffic {
    /// The time after which WeCom gives up on a callback.
    private static let callbackPatience = Duration.seconds(5)

    var now: Duration { MonotonicTime.now.since(began) }

    private var isOver: Bool { due >= plan.count ?? .max || now >= plan.ramp + plan.duration || Task.isCancelled }

    /// Until all has been said, and answered or given up.
    func goOn() async {
        let step = plan.pace == .closed ? Duration.milliseconds(20) : .milliseconds(1)
        var nextSweep = Duration.zero
        while !isOver {
            rest()
            speakDue()
            if now >= nextSweep {
                sweep()
                nextSweep = now + .milliseconds(500)
            }
            try? await Task.sleep(for: step)
        }
        let deadline = now + plan.patience
        while openCount > 0, now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
            sweep()
        }
        for index in speakers.indices where speakers[index].open?.isAcknowledged == true { giveUp(index) }
    }

    /// Lets those speak who were refused a while ago.
    private func rest() {
        for index in resting { idle.append(index) }
        resting = []
    }

    private func speakDue() {
        switch plan.pace {
        case .closed: speakNext()
        case .rate(let rate): speak(atRate: rate)
        }
    }

    /// Lets people speak as long as fewer are being answered than should be. Does nothing where a rate says who is next.
    func speakNext() {
        guard plan.pace == .closed else { return }
        let share = plan.ramp > .zero ? min(1, now / plan.ramp) : 1
        let most = max(1, Int(Double(speakers.count) * share))
        while openCount < most, !isOver, let index = idle.popFirst() {
            speak(index, due: .now)
            due += 1
        }
    }

    private func speak(atRate rate: Double) {
        while !isOver {
            let moment = moment(of: due, rate)
            guard moment <= .now else { return }
            if let index = idle.popFirst() {
                speak(index, due: moment)
            } else {
                count {
                    $0.said += 1
                    $0.heldBack += 1
                }
            }
            due += 1
        }
    }

    /// The moment at which a message of a steady rate is due: what comes late counts from then.
    private func moment(of number: Int, _ rate: Double) -> MonotonicTime {
        let ramp = Double(plan.ramp.inNanoseconds) / 1e9
        let within = rate * ramp / 2
        let number = Double(number)
        let seconds = number < within ? (2 * ramp * number / rate).squareRoot() : ramp / 2 + number / rate
        return began.advanced(by: .nanoseconds(Int64(seconds * 1e9)))
    }

    /// Gives up on what has had its time.
    private func sweep() {
        let now = MonotonicTime.now
        for line in lines {
            if let since = line.busySince, now.since(since) > Traffic.callbackPatience { line.close() }
        }
        for index in speakers.indices {
            if let open = speakers[index].open, open.isAcknowledged, now.since(open.due) > plan.patience {
                giveUp(index)
            }
        }
    }

    private func giveUp(_ index: Int) {
        count { $0.unanswered += 1 }
        close(index)
    }
}
