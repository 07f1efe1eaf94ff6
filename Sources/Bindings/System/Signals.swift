internal import CLinux

/// The signals that ask a program something: to end, or to read its configuration again.
package enum Signal: Int32, Sendable {
    case hangup = 1
    case interrupt = 2
    case terminate = 15
}

package enum Signals {
    /// Ignores SIGPIPE: a peer that went away is an error of the write that meets it.
    package static func ignoreBrokenPipes() { clinux_ignore_sigpipe() }

    /// From now on Ctrl-Z, and touching the terminal from the background, do not stop the process: while it holds what others
    /// wait for.
    package static func ignoreStops() { clinux_ignore_stops(1) }

    /// Lets them stop it again.
    package static func allowStops() { clinux_ignore_stops(0) }

    private static let answer = Lock<(@Sendable (Signal) -> Void)?>(nil)

    /// Calls `body` for each of `signals`, instead of what they do by themselves, on a thread that nothing else can hold up.
    /// A later call takes the place of an earlier one.
    ///
    /// A handler writes the number into a pipe that a thread reads. Blocking the signals and waiting for them would not do:
    /// libdispatch's threads unblock them.
    package static func onArrival(
        of signals: [Signal] = [.interrupt, .terminate], _ body: @escaping @Sendable (Signal) -> Void
    ) throws(SystemError) {
        let isFirst = answer.withLock { answer in
            defer { answer = body }
            return answer == nil
        }
        if isFirst { try beginListening() }
        for signal in signals {
            guard clinux_catch_signal(signal.rawValue) == 0 else { throw SystemError("sigaction") }
        }
    }

    private static func beginListening() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe2") }
        let reading = ends[0]
        clinux_pass_signals_to(ends[1])
        _ = OSThread(named: "signals") {
            var number: UInt8 = 0
            while true {
                guard unsafe read(reading, &number, 1) == 1 else { continue }
                if let signal = Signal(rawValue: Int32(number)) { Signals.answer.withLock { $0 }?(signal) }
            }
        }
    }
}
