package import Foundation
import Lifecycle
import ProgramTesting
import System

/// `wecom-router serve` as a child of ours.
package final class RouterProcess: Sendable {
    private let process: ChildProcess
    private let hasEnded = Signpost()
    private let how = Lock<ChildProcess.Ending?>(nil)

    package var id: Int32 { process.id }

    /// Starts it, or another build of it; what it logs is added to `log`. `crashAt` is for the server's `WECOM_ROUTER_CRASH_AT`.
    package init(
        _ program: String? = nil, in directory: String, log: FileHandle, crashAt: String?,
        environment more: [String: String] = [:]
    ) throws {
        var environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"].merging(more) { $1 }
        environment["WECOM_ROUTER_CRASH_AT"] = crashAt
        process = try ChildProcess(
            program ?? product("wecom-router"), ["serve", "--config", "config.yaml"], environment: environment,
            in: directory,
            errors: log.fileDescriptor)
        Task { [process, how, hasEnded] in
            let ending = await onThread { process.wait() }
            how.withLock { $0 = ending }
            hasEnded.reach()
        }
    }

    /// True if it ended by itself before so much time had passed.
    package func ends(within time: Duration) async -> Bool { await hasEnded.isReached(within: time) }

    /// Ends it as a power cut would, or asks it to end.
    package func send(_ signal: Int32) {
        if !hasEnded.isReached { process.send(signal) }
    }

    /// Waits for its end.
    package func ending() async -> Ending {
        await hasEnded.wait()
        return switch how.withLock({ $0 }) {
        case .killed(let signal)?: Ending(signal: signal, status: signal)
        case .exited(let status)?: Ending(signal: nil, status: status)
        case nil: Ending(signal: nil, status: -1)
        }
    }

    package struct Ending: Sendable, CustomStringConvertible {
        package let signal: Int32?
        package let status: Int32

        package var wasKilled: Bool { signal == SIGKILL }
        package var isClean: Bool { signal == nil && status == 0 }
        package var description: String { signal.map { "signal \($0)" } ?? "exit status \(status)" }
    }
}
