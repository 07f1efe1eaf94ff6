/// A program that was started: its three streams, how it ended, and the way to stop it.
///
/// Whoever starts a program sees to it that it ends, by `stop`: letting go of this does not end it.
package actor RunningProgram: LoopActor {
    package nonisolated let loop: EventLoop
    /// Its number, which is also that of its group and of its session.
    package nonisolated let processID: Int32
    private let id: UInt64
    private let spawner: Spawner

    private let input: PipeWriter
    private let output: PipeReader
    private let errors: PipeReader
    /// The rest of the pipe when the last who could write to it had gone.
    private var lastOutput: [UInt8] = []
    private var lastErrors = LastBytes(capacity: RunningProgram.keptDiagnostics)
    private var reader: (ticket: UInt64, continuation: CheckedContinuation<[UInt8]?, any Error>)?
    private var nextTicket: UInt64 = 0

    private var end: ProgramEnd?
    private var isGone = false
    private var waiters: [UInt64: (point: Point, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var endsLeftovers = false
    private var climb: LadderClimb?
    private var ticking: UInt64?

    /// The part of standard error that is kept.
    package static let keptDiagnostics = 64 << 10
    /// Bytes of standard error that are drained before others on the loop have their turn.
    private static let drainedInOneTurn = 256 << 10
    /// The largest pipe that a program without privileges can make of the one it was given.
    private static let largestPipe = 1 << 20

    init(_ id: UInt64, process: Int32, of spawner: Spawner, _ ends: consuming OurEnds.Three) {
        self.id = id
        self.spawner = spawner
        loop = spawner.loop
        processID = process
        input = PipeWriter(ends.input, on: spawner.loop)
        output = PipeReader(ends.output, on: spawner.loop)
        errors = PipeReader(ends.errors, on: spawner.loop)
    }

    /// Watches the streams.
    func open() throws(SystemError) {
        try input.open()
        try output.open { [weak self] in self?.assumeIsolated { $0.answerReader() } }
        try errors.open { [weak self] in self?.assumeIsolated { $0.drainErrors() } }
    }

    // MARK: Streams

    /// Writes to standard input; returns when the pipe has taken all of it. Throws `ProgramInputClosed` when the program
    /// reads no more. A cancelled write that has begun ends the input.
    package func write(_ bytes: [UInt8]) async throws {
        let ticket = takeTicket()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                input.write(bytes, ticket: ticket, continuation)
            }
        } onCancel: {
            soon { $0.input.cancel(ticket) }
        }
    }

    /// Ends standard input behind what is being written.
    package func closeInput() { input.end() }

    /// The next bytes of standard output as they come, 64 KiB at most; nil at the end, which is when all who hold the
    /// stream have let go of it. One task reads, and a program whose output is not read waits. Cancelling the task ends
    /// the read and loses nothing.
    package func read() async throws -> [UInt8]? {
        let ticket = takeTicket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                precondition(reader == nil, "one task at a time reads a program's output")
                reader = (ticket, continuation)
                answerReader()
            }
        } onCancel: {
            soon { $0.cancelRead(ticket) }
        }
    }

    private func cancelRead(_ ticket: UInt64) {
        guard let waiting = reader, waiting.ticket == ticket else { return }
        reader = nil
        waiting.continuation.resume(throwing: CancellationError())
    }

    private func answerReader() {
        guard reader != nil else { return }
        var bytes = lastOutput
        lastOutput = []
        if bytes.isEmpty, output.read(into: &bytes) == .nothingYet { return }
        let waiting = reader
        reader = nil
        waiting?.continuation.resume(returning: bytes.isEmpty ? nil : bytes)
    }

    /// The last 64 KiB of standard error, which is read all the time, as it is a log and must not hold the program up.
    /// The end of standard error, in the program's words: cut out secrets before showing it.
    package var diagnostics: [UInt8] {
        drainErrors()
        return lastErrors.bytes
    }

    private func drainErrors() {
        var drained = 0
        while drained < RunningProgram.drainedInOneTurn {
            var bytes: [UInt8] = []
            guard errors.read(into: &bytes) == .some else { return }
            lastErrors.append(bytes)
            drained += bytes.count
        }
        loop.onNextTurn { [weak self] in self?.assumeIsolated { $0.drainErrors() } }
    }

    private func takeTicket() -> UInt64 {
        nextTicket += 1
        return nextTicket
    }

    // MARK: The end

    /// A point in the life of a program that somebody may wait for.
    package enum Point: Sendable {
        /// The program itself has ended; what it started may live on.
        case end
        /// All that the program started has ended, whichever group or session it went to.
        case nothingLeft
    }

    /// Waits for `point`, less long when the task is cancelled. True if the program has come to it.
    package func reached(_ point: Point) async -> Bool {
        let ticket = takeTicket()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume() }
                wait(for: point, ticket, continuation)
            }
        } onCancel: {
            soon { $0.waiters.removeValue(forKey: ticket)?.continuation.resume() }
        }
        return isPast(point)
    }

    /// The end of the program itself, once it has ended; what it started may live on. Returns even if the task is cancelled
    /// only then.
    package func ended() async -> ProgramEnd {
        await withCheckedContinuation { wait(for: .end, takeTicket(), $0) }
        return end ?? .lost
    }

    /// Returns when nothing that the program started is left, even if the task is cancelled.
    package func gone() async {
        await withCheckedContinuation { wait(for: .nothingLeft, takeTicket(), $0) }
    }

    private func wait(for point: Point, _ ticket: UInt64, _ continuation: CheckedContinuation<Void, Never>) {
        if isPast(point) { continuation.resume() } else { waiters[ticket] = (point, continuation) }
    }

    private func isPast(_ point: Point) -> Bool {
        switch point {
        case .end: end != nil
        case .nothingLeft: isGone
        }
    }

    private func resumeWaiters(for point: Point) {
        for (ticket, waiter) in waiters where waiter.point == point {
            waiters[ticket] = nil
            waiter.continuation.resume()
        }
    }

    /// From now on ends what the program leaves behind when it ends: that would hold its output open.
    package func endLeftovers() {
        endsLeftovers = true
        if end != nil { climb(.kill) }
    }

    /// Signals all of the program until nothing of it is left, and returns then, however long that takes and even if the
    /// task is cancelled. Of two ladders at once the shorter one counts.
    package func stop(_ ladder: StopLadder) async {
        climb(ladder)
        await gone()
    }

    private func climb(_ ladder: StopLadder) {
        guard !isGone else { return }
        let climb = LadderClimb(ladder, from: .now)
        if self.climb.map({ climb.end < $0.end }) ?? true { self.climb = climb }
        signalWhatIsDue()
        if ticking == nil {
            ticking = loop.startTicking { [weak self] in self?.assumeIsolated { $0.signalWhatIsDue() } }
        }
    }

    private func signalWhatIsDue() {
        guard let signal = climb?.nextSignal(at: .now) else { return }
        spawner.assumeIsolated { [id] in $0.signal(id, signal) }
    }

    func noteEnd(_ end: ProgramEnd) {
        guard self.end == nil else { return }
        self.end = end
        resumeWaiters(for: .end)
        if endsLeftovers { climb(.kill) }
    }

    func noteGone() {
        guard !isGone else { return }
        isGone = true
        noteEnd(.lost)
        if let ticking { loop.stopTicking(ticking) }
        settleStreams()
        resumeWaiters(for: .nothingLeft)
    }

    /// Takes what the pipes still hold, so that no descriptor waits for somebody to read on.
    private func settleStreams() {
        input.close()
        output.finish(into: &lastOutput, atMost: RunningProgram.largestPipe)
        var bytes: [UInt8] = []
        errors.finish(into: &bytes, atMost: RunningProgram.largestPipe)
        lastErrors.append(bytes)
        answerReader()
    }
}
