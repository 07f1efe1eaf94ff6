internal import CLinux

/// A regular file that is open for reading, from any place in it and from any thread.
package final class ReadableFile: Sendable {
    package let path: String
    /// Bytes, when it was opened.
    package let size: Int
    private let descriptor: Descriptor

    /// Opens what is a regular file; a pipe or a device is refused rather than waited for.
    package convenience init(_ path: String) throws(FileError) {
        let number = unsafe clinux_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        try self.init(owning: number, path: path)
    }

    /// Takes a descriptor over, and closes it where it is of no regular file.
    init(owning number: Int32, path: String) throws(FileError) {
        // Kept only once nothing can fail any more: see `Descriptor`.
        let descriptor = Descriptor(owning: number)
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw FileError(path: path, SystemError("stat")) }
        guard status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG) else {
            throw FileError(path: path, reason: "no regular file")
        }
        self.path = path
        size = Int(status.st_size)
        self.descriptor = descriptor
    }

    /// The bytes from `offset` on, `count` at most; fewer only where the file ends. Blocks for as long as the disk takes.
    package func bytes(at offset: Int, atMost count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor.number, bytes.baseAddress! + filled, count - filled, off_t(offset + filled))
            }
            if got == 0 { break }
            if got > 0 {
                filled += got
            } else if clinux_errno() != EINTR {
                throw FileError(path: path, SystemError("read"))
            }
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
