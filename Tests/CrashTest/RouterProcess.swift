import Foundation
import Lifecycle
import ProgramTesting
import System

/// `wecom-router serve` as a child of ours.
final class RouterProcess: Sendable {
    private let process: ChildProcess
    private let hasEnded = Signpost()
    private let how = Lock<ChildProcess.Ending?>(nil)

    /// Starts it; what it logs is added to `log`. `crashAt` is for the server's `WECOM_ROUTER_CRASH_AT`.
    init(in directory: String, log: FileHandle, crashAt: String?) throws {
        var environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        environment["WECOM_ROUTER_CRASH_AT"] = crashAt
        process = try ChildProcess(
            product("wecom-router"), ["serve", "--config", "config.yaml"], environment: environment, in: directory,
            errors: log.fileDescriptor)
        Task { [process, how, hasEnded] in
            let ending = await onThread { process.wait() }
            how.withLock { $0 = ending }
            hasEnded.reach()
        }
    }

    /// True if it ended by itself before so much time had passed.
    func ends(within time: Duration) async -> Bool { await hasEnded.isReached(within: time) }

    /// Ends it as a power cut would, or asks it to end.
    func send(_ signal: Int32) {
        if !hasEnded.isReached { process.send(signal) }
    }

    /// Waits for its end.
    func ending() async -> Ending {
        await hasEnded.wait()
        return switch how.withLock({ $0 }) {
        case .killed(let signal)?: Ending(signal: signal, status: signal)
        case .exited(let status)?: Ending(signal: nil, status: status)
        case nil: Ending(signal: nil, status: -1)
        }
    }

    struct Ending: CustomStringConvertible {
        let signal: Int32?
        let status: Int32

        var wasKilled: Bool { signal == SIGKILL }
        var description: String { signal.map { "signal \($0)" } ?? "exit status \(status)" }
    }
}
