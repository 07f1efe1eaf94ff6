import Foundation
import Lifecycle

/// `wecom-router serve` as a child of ours.
final class RouterProcess: Sendable {
    private let process = Foundation.Process()
    private let hasEnded = Signpost()

    /// Beside this program, where the build puts every product.
    private static var program: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("wecom-router")
    }

    /// Starts it; what it logs is added to `log`. `crashAt` is for the server's `WECOM_ROUTER_CRASH_AT`.
    init(in directory: String, log: FileHandle, crashAt: String?) throws {
        process.executableURL = RouterProcess.program
        process.arguments = ["serve", "--config", "config.yaml"]
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        process.environment?["WECOM_ROUTER_CRASH_AT"] = crashAt
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        process.terminationHandler = { [hasEnded] _ in hasEnded.reach() }
        try process.run()
    }

    /// Whether it ended by itself before so much time had passed.
    func ends(within time: Duration) async -> Bool { await hasEnded.isReached(within: time) }

    /// Ends it as a power cut would, or asks it to end.
    func send(_ signal: Int32) {
        if !hasEnded.isReached { kill(process.processIdentifier, signal) }
    }

    /// How it ended, once it has.
    func ending() async -> Ending {
        await hasEnded.wait()
        return Ending(
            signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
            status: process.terminationStatus)
    }

    struct Ending: CustomStringConvertible {
        let signal: Int32?
        let status: Int32

        var wasKilled: Bool { signal == SIGKILL }
        var description: String { signal.map { "signal \($0)" } ?? "exit status \(status)" }
    }
}
