import Foundation
import Glibc

/// A file system of a few mebibytes in memory, for a test to fill. Mounting one takes the rights of root.
package final class SmallDisk {
    package let path: String
    private let ballast: URL

    /// True if this process may mount one.
    package static let isAvailable: Bool = {
        guard let disk = try? SmallDisk(mebibytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    /// It takes any number of files unless `files` says how many there may be, itself among them.
    package init(mebibytes: Int, files: Int? = nil) throws {
        path = NSTemporaryDirectory() + "wecom-router-disk-\(UUID().uuidString)"
        ballast = URL(fileURLWithPath: path + "/ballast")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = "size=\(mebibytes)m" + (files.map { ",nr_inodes=\($0)" } ?? "")
        guard unsafe mount("tmpfs", path, "tmpfs", 0, options) == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    /// Takes up room that `dropBallast` gives back.
    package func load(mebibytes: Int) throws { try Data(count: mebibytes << 20).write(to: ballast) }

    /// Takes up all the room there is.
    package func fill() throws {
        _ = FileManager.default.createFile(atPath: ballast.path, contents: nil)
        let file = try FileHandle(forWritingTo: ballast)
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try file.close()
    }

    /// Makes as many files as it takes.
    package func fillWithFiles() throws {
        try FileManager.default.createDirectory(at: ballast, withIntermediateDirectories: false)
        var count = 0
        while FileManager.default.createFile(atPath: ballast.path + "/\(count)", contents: nil) { count += 1 }
    }

    package func dropBallast() throws { try FileManager.default.removeItem(at: ballast) }

    package func unmount() {
        _ = unsafe umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
