import Lifecycle
package import Observability
package import Router
package import RouterServer
import System

/// Runs `body` in a world of its own: a simulated WeCom, a configuration, a directory that goes with it.
package func withWorld(
    apps: [String] = ["dept-a"], sharingCorp: Bool = false, log: Logger = .silent,
    adjust: (inout Configuration) -> Void = { _ in },
    _ body: (LoopbackWorld) async throws -> Void
) async throws {
    let directory = try TemporaryDirectory(prefix: "wecom-router-test-")
    let world = try await LoopbackWorld(
        apps: apps, sharingCorp: sharingCorp, in: directory.path, log: log
    ) { configuration in
        for index in configuration.apps.indices { configuration.apps[index].texts.hideHints() }
        adjust(&configuration)
    }
    try await attempt {
        try await body(world)
    } finally: {
        await world.close()
        withExtendedLifetime(directory) {}
    }
}

extension ChatTexts {
    /// Leaves out what stands beneath failures: each has a number of its own.
    package mutating func hideHints() { (retryHint, failureNumber) = ("", "") }
}

extension Logger {
    /// Says nothing.
    package static var silent: Logger { Logger(to: LogSink(format: .text) { _ in }, level: .error) }
}
