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

    /// Gives the file another name on the same disk, unless something has that name, once what it holds is on that disk. Says
    /// whether it did.
    package func move(to newPath: String) throws(FileError) -> Bool {
        guard fsync(descriptor.number) == 0 else { throw FileError(path: path, SystemError("fsync")) }
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

    /// Removes what was written, unless it has been moved.
    package func remove() { unsafe unlink(path) }
}
