package import Foundation

/// A program run by a test.
///
/// `Foundation.Process` is not used: with many descriptors open, as other tests have them, its `run` now and then reads
/// behind the end of a directory's listing and brings the tests down.
package final class ChildProcess: Sendable {
    package let id: pid_t
    private let end = End()

    /// The end of a process.
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    /// Pipes are made and programs started by one thread at a time, so that no child is born with another's pipe.
    private static let spawning = NSLock()

    /// As many as a test process has, and more; of those that are not open nothing comes.
    private static let mostDescriptors = Int32(min(4096, max(3, sysconf(Int32(_SC_OPEN_MAX)))))

    /// Starts a program; the descriptors become its standard streams and stay open here.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], in directory: String = "/",
        input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, descriptor) in [(0, input), (1, output), (2, errors)] as [(Int32, Int32?)] {
            if let descriptor {
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            }
        }
        // Nothing else goes along: who waits for the end of somebody's pipe would wait for the end of this child.
        for descriptor in 3..<ChildProcess.mostDescriptors {
            unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // The shell changes the directory, which not every libc can, and becomes the program.
        let command = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory, program] + arguments
        let words = unsafe command.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        defer {
            unsafe (words + variables).forEach { unsafe free($0) }
        }
        var id = pid_t()
        let code = ChildProcess.spawning.withLock {
            unsafe posix_spawn(&id, "/bin/sh", &actions, nil, words, variables)
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EAGAIN) }
        self.id = id
        // A child that has ended and that nobody has heard stands in the way of whoever waits for any child, as exit tests do: they would be told
        // of it again and again, and of no other.
        Thread.detachNewThread { [end, id] in end.hear(of: id) }
    }

    /// Waits for its end. Blocks the thread.
    package func wait() -> Ending { end.wait() }

    /// Reaches nobody once it has ended: the id may be another's by then.
    package func send(_ signal: Int32) { end.beforeIt { kill(id, signal) } }

    /// A pipe that no child inherits but as one of its standard streams.
    package static func pipe() throws -> (reading: FileHandle, writing: FileHandle) {
        var ends: [Int32] = [-1, -1]
        let code = spawning.withLock {
            let code = unsafe Glibc.pipe(&ends)
            for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return code
        }
        guard code == 0 else { throw POSIXError(.EMFILE) }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }
}

/// What came of a child, for whoever asks.
private final class End: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var ending: ChildProcess.Ending?

    /// Waits until a child of ours ends, and buries it.
    func hear(of id: pid_t) {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        condition.withLock {
            var status: Int32 = 0
            unsafe waitpid(id, &status, 0)
            unsafe ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
            condition.broadcast()
        }
    }

    func beforeIt(_ body: () -> Void) { condition.withLock { if unsafe ending == nil { body() } } }

    func wait() -> ChildProcess.Ending {
        condition.withLock {
            while true {
                if let ending = unsafe ending { return ending }
                condition.wait()
            }
        }
    }
}

/// Finds where the build puts a product: beside the program that runs.
package func product(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent(name).path
}

/// Blocks a thread of its own instead of one of the few that run tasks.
package func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
