import JSON
import Lifecycle
import Observability
import System
import WeCom

extension BotConnection {
    /// Tells the machine what has happened and does what follows. `size` is that of a frame.
    ///
    /// Not inlined: the tasks that call it wait for most of a connection's life, and would hold its frame meanwhile.
    @inline(never)
    func handle(_ event: Machine.Event, size: Int = 0) {
        // Nobody is there any more to open a socket or to keep time.
        if isOver { return refuse(event) }
        for action in machine.handle(event, at: clock.now, random: random()) { perform(action, size) }
        changeStatus { $0.note(machine) }
        guard let deadline = machine.deadline else { return }
        if wakes.map({ deadline < $0 }) ?? true { alarm.reach() }
    }

    private func refuse(_ event: Machine.Event) {
        guard case .send(let send) = event else { return }
        settle(send.ticket, .unsent(Machine.Stop.shutdown.rawValue))
    }

    private func perform(_ action: Machine.Action, _ size: Int) {
        switch action {
        case .open(let number): open(number)
        case .close: link?.over.reach()
        case .write(_, let id, let command): write(command, id)
        case .hear(let frame): keep(frame, size)
        case .settle(let ticket, let outcome): settle(ticket, outcome)
        case .enter(let state, let why): enter(state, why)
        case .ignore(let answer): log.debug("an answer that nobody waits for", [.reason: .string(answer.reason)])
        }
    }

    private func enter(_ state: Machine.State, _ why: String) {
        let before = status
        changeStatus { $0.enter(state, why, at: clock.timestamp) }
        tell(state, why, after: before.state)
        whenChanged(state)
        // What was slept for belonged to the state before.
        alarm.reach()
    }

    // MARK: Time

    func keepTime() async {
        while !isOver, !Task.isCancelled {
            let alarm = Signpost()
            self.alarm = alarm
            wakes = deadline
            await wait(for: alarm, until: wakes)
            if let deadline, deadline <= clock.now { handle(.tick) }
        }
    }

    /// The sleeper reaches the alarm itself: a task that waits holds more memory than all that it waits for.
    private nonisolated func wait(for alarm: Signpost, until moment: MonotonicTime?) async {
        guard let moment else { return await alarm.wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in
                if (try? await clock.sleep(until: moment)) != nil { alarm.reach() }
            }
            await alarm.wait()
            group.cancelAll()
        }
    }

    /// Not inlined, for the same reason.
    private var deadline: MonotonicTime? {
        @inline(never) get { machine.deadline }
    }
}
