import Crypto
import JSON
import Lifecycle
import Observability
import System

/// Attends to one turn: keeps what the agent remembers, asks the person, and hears the agent's calls.
struct TurnAttendance: TurnAttendant {
    let running: RunningTurn
    let store: any TurnStore
    let memory: TurnMemory
    let asking: AskingRules
    let returnAddress: ReturnAddress?
    /// The files that were sent along, for links to them.
    let attachments: [Attachment]
    /// The folder in which they lie.
    let folder: AttachmentFolder
    let outbox: Wakeup
    let log: Logger

    /// Beneath every signal that the agent has called, a look at the store: one may be lost between processes.
    private static let callInterval = Duration.seconds(1)

    func hear(_ event: TurnEvent) async throws {
        running.feed.note(event)
        switch event {
        case .activity, .thinking, .text: break
        case .started(let state): try await keep(state)
        case .progress(let line): if !line.isEmpty { log.debug("progress: \(line)") }
        case .tool(let call): log.debug("tool \(call.state.rawValue): \(call.title)")
        }
    }

    private func keep(_ state: JSONValue) async throws {
        let update = try memory.update(naming: state)
        guard try await store.keep(update, for: running.job.lease, at: running.clock.timestamp) else {
            running.stop(.leaseLost)
            throw CancellationError()
        }
        memory.noteKept()
        log.debug("the agent has named its session")
    }

    func tellOfLostFiles() async throws {
        log.warning("the newest files of a conversation are out of reach: its agent goes on without them")
        let speech = asking.app.speech
        guard let address = running.job.messages.last?.replyAddress,
            let part = Part(to: address, saying: asking.texts.filesLost, within: speech.to(address))
        else { return }
        guard try await store.say(part, as: .control, for: running.job.lease, at: running.clock.timestamp) else {
            throw CancellationError()
        }
        outbox.signal()
    }

    // MARK: Calls

    var goesOnLater: Bool { running.stopReason == .draining || running.stopReason == .leaseLost }

    func returnPath() async throws -> ReturnPath? {
        guard let returnAddress else { return nil }
        let lease = running.job.lease
        let (events, files) = (CallToken(), CallToken())
        for (token, scope) in [(events, CallScope.events), (files, .files)] {
            guard try await store.admit(token.digest, for: scope, to: lease, at: running.clock.timestamp) else {
                running.stop(.leaseLost)
                throw CancellationError()
            }
        }
        try await folder.share(attachments, of: lease.job)
        return ReturnPath(
            url: returnAddress.events(of: lease.job), token: events.text,
            files: attachments.map {
                returnAddress.file($0.number, of: lease.job, named: $0.name, key: files.text)
            })
    }

    func calls(after arrival: Int64) async throws -> [AgentCall] {
        while true {
            try Task.checkCancellation()
            let calls = try await store.calls(about: running.job.lease.job, after: arrival)
            if !calls.isEmpty {
                running.feed.noteActivity()
                return calls
            }
            await running.called.wait(atMost: TurnAttendance.callInterval, by: running.clock)
        }
    }
}
