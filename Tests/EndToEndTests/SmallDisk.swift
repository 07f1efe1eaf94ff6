import Foundation
import Glibc

/// A file system of a few mebibytes in memory, for a test to fill. Mounting one takes the rights of root.
final class SmallDisk {
    let path: String
    private let ballast: URL

    /// Whether this process may mount one.
    static let isAvailable: Bool = {
        guard let disk = try? SmallDisk(mebibytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    init(mebibytes: Int) throws {
        path = NSTemporaryDirectory() + "wecom-router-disk-\(UUID().uuidString)"
        ballast = URL(fileURLWithPath: path + "/ballast")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    /// Takes up room that `dropBallast` gives back.
    func load(mebibytes: Int) throws { try Data(count: mebibytes << 20).write(to: ballast) }

    func dropBallast() throws { try FileManager.default.removeItem(at: ballast) }

    func unmount() {
        _ = unsafe umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
