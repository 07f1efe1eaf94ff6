import Foundation
import RouterServer
import RouterTesting

extension LoopbackWorld {
    /// The same world with a store of what is on the disk at this moment, as after `kill -9`; then `router` goes.
    func crash(_ router: RunningRouter) async throws -> LoopbackWorld {
        let old = configuration.store.path
        var world = self
        let folder = URL(fileURLWithPath: old).deletingLastPathComponent().appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let new = folder.appendingPathComponent("router.db").path
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: old + suffix) {
            try FileManager.default.copyItem(atPath: old + suffix, toPath: new + suffix)
        }
        let received = (configuration.store.received, folder.appendingPathComponent("received").path)
        try FileManager.default.copyItem(atPath: received.0, toPath: received.1)
        world.configuration.store.location = .sqlite(path: new)
        router.stop()
        try await router.ended()
        return world
    }
}
