import JSON
import Observability
import Router
import SQLite
import SQLiteStore
import System

/// Opening the store that the configuration names: the one place that knows which stores there are.
extension StoreService {
    /// Owns the file's lock; a service is copied, a lock is not.
    private final class Guardian: Sendable {
        let lock: FileLock
        init(_ lock: consuming FileLock) { self.lock = lock }
    }

    static func open(
        _ configuration: Configuration.Store, named name: String?, serving current: Serving.Current,
        patience: Duration = .seconds(5), isolation: Isolation = usualIsolation, log: Logger,
        whenHinted hinted: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> StoreService {
        switch configuration.location {
        case .sqlite(let path):
            let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."  // short: the owner writes it
            let guardian = Lock<Guardian?>(nil)
            do {
                if !directory.isEmpty { try makeDirectory(directory) }
                let owner = Guardian(try await lock(path, besides: configuration.controlSocket, patience))
                guardian.withLock { $0 = owner }
            } catch let error as SystemError {
                guard error.isOutOfRoom else {
                    throw StoreUnavailable(reason: "cannot make the directory of \(path): \(error.message)")
                }
            } catch let error as FileLock.Refusal {
                guard error.isOutOfRoom else { throw error }
            }
            let node = identity(at: configuration.nodeFile, named: name, log)
            let store = try await SQLiteStore(
                at: path, serving: current.serving.directory.apps.map(\.endpoint), owner: node.incarnation,
                recovery: CrashRecovery(current),
                options: DatabaseOptions(configuration), minFree: configuration.minFree,
                makeReady: { try makeReady(path, in: directory, guardian) },
                whenUnreadable: { id, reason in
                    log.error("a job or a delivery failed", ["id": .string(id), .reason: .string(reason)])
                })
            return StoreService(store: store, node: node) { guardian.withLock { $0 = nil } }
        case .postgres(let url, let path):
            try makeDirectory(enclosingFolder(of: path))
            let guardian = Lock<Guardian?>(
                Guardian(try await lock(path, besides: configuration.controlSocket, patience)))
            let node = identity(at: configuration.nodeFile, named: name, log)
            let store = try await postgresStore(
                at: url, configuration, isolation: isolation, serving: current, as: node, log: log, whenHinted: hinted)
            return StoreService(store: store, shared: store, node: node) { guardian.withLock { $0 = nil } }
        }
    }

    /// The identity of this process. A disk that does not take it is no reason not to start.
    private static func identity(at path: String, named name: String?, _ log: Logger) -> NodeIdentity {
        do throws(FileError) {
            return try NodeIdentity.begin(at: path, named: name)
        } catch {
            log.warning("the name of this start is not kept", [.error: .string("\(error)")])
            return NodeIdentity.beginUnwritten(at: path, named: name)
        }
    }

    /// Makes up for what a full disk did not allow at the start.
    private static func makeReady(_ path: String, in directory: String, _ guardian: Lock<Guardian?>) throws {
        guard guardian.withLock({ $0 == nil }) else { return }
        if !directory.isEmpty { try makeDirectory(directory) }
        let owner = Guardian(try FileLock.acquire(guarding: path))
        guardian.withLock { $0 = owner }
    }

    /// Waits for a process that has the file only for a moment: a command, or a server about to end. One that listens on
    /// the control socket stays, and there is no use in waiting.
    private static func lock(
        _ path: String, besides controlSocket: String, _ patience: Duration
    ) async throws -> FileLock {
        let deadline = MonotonicTime.now.advanced(by: patience)
        while true {
            do {
                return try FileLock.acquire(guarding: path)
            } catch {
                guard case .held = error, MonotonicTime.now < deadline, !isListening(at: controlSocket) else {
                    throw error
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}

extension DatabaseOptions {
    fileprivate init(_ configuration: Configuration.Store) {
        self.init()
        durability =
            switch configuration.synchronous {
            case .full: .full
            case .normal: .normal
            }
    }
}

/// The store cannot be opened, for a reason that SQLite was not asked about.
struct StoreUnavailable: Error, CustomStringConvertible {
    let reason: String
    var description: String { "\(reason); choose another place with store.url" }
}
