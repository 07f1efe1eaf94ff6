internal import CLinux

/// A file that is being written, for our own user alone. One task at a time writes; its calls block.
package final class NewFile: Sendable {
    package let path: String
    private let descriptor: Descriptor

    /// Makes a file where nothing is yet.
    package init(_ path: String) throws(FileError) {
        let number = unsafe clinux_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        descriptor = Descriptor(owning: number)
        self.path = path
    }

    /// Takes over the descriptor of a file that was made.
    init(owning descriptor: consuming Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    package func append(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe write(descriptor.number, bytes.baseAddress! + written, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if clinux_errno() != EINTR {
                throw FileError(path: path, SystemError("write"))
            }
        }
    }

    /// Returns once what was written is on the disk.
    package func sync() throws(FileError) {
        guard fsync(descriptor.number) == 0 else { throw FileError(path: path, SystemError("fsync")) }
    }

    /// Gives the file another name on the same disk, unless something has that name, once what it holds is on that disk. Says
    /// whether it did.
    package func move(to newPath: String) throws(FileError) -> Bool {
        try sync()
        if unsafe clinux_rename_new(path, newPath) == 0 { return true }
        switch clinux_errno() {
        case EEXIST: return false
        // Some file systems of networks cannot do both in one step.
        case EINVAL, ENOSYS:
            if fileExists(newPath) { return false }
            guard unsafe rename(path, newPath) == 0 else { throw FileError(path: newPath, SystemError("rename")) }
            return true
        default: throw FileError(path: newPath, SystemError("rename"))
        }
    }

    /// Gives the file permissions, and a time at which it was changed last, in nanoseconds since 1970.
    package func mark(mode: UInt32, changed: Int64) throws(FileError) {
        guard fchmod(descriptor.number, mode) == 0 else { throw FileError(path: path, SystemError("chmod")) }
        let time = timespec(tv_sec: Int(changed / 1_000_000_000), tv_nsec: Int(changed % 1_000_000_000))
        guard unsafe futimens(descriptor.number, [time, time]) == 0 else {
            throw FileError(path: path, SystemError("futimens"))
        }
    }

    /// Removes what was written, unless it has been moved.
    package func remove() { unsafe unlink(path) }
}
