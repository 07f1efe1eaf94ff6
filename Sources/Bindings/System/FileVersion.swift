internal import CLinux

/// The marks of a file as it was read: they differ where another file is in its place, or it holds something else.
package struct FileVersion: Sendable, Equatable {
    private let device: UInt64
    private let number: UInt64
    private let size: Int64
    private let changedAt: [Int]

    /// Nil where there is no file at `path`. Links are followed.
    package init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        size = Int64(status.st_size)
        // A file that is put back as it was, its times too, has been changed all the same.
        changedAt = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
