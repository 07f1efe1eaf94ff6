import Foundation
import Glibc

/// A file system of a few mebibytes in memory, for a test to fill. Mounting one takes the rights of root.
package final class SmallDisk {
    package let path: String
    private let ballast: URL

    /// Whether this process may mount one.
    package static let isAvailable: Bool = {
        guard let disk = try? SmallDisk(mebibytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    package init(mebibytes: Int) throws {
        path = NSTemporaryDirectory() + "wecom-router-disk-\(UUID().uuidString)"
        ballast = URL(fileURLWithPath: path + "/ballast")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    /// Takes up room that `dropBallast` gives back.
    package func load(mebibytes: Int) throws { try Data(count: mebibytes << 20).write(to: ballast) }

    package func dropBallast() throws { try FileManager.default.removeItem(at: ballast) }

    package func unmount() {
        _ = unsafe umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
