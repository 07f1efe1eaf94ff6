internal import CLinux

/// A file that is in use, to be told whether its path still leads to it.
///
/// Held by a descriptor that can neither read nor write: its number is no other file's for as long, and closing it drops
/// none of the locks that this process has on the file.
package final class PinnedFile: Sendable {
    package enum Absence: Sendable, Equatable {
        /// No name leads to it any more.
        case deleted
        /// It has another name now, and its path leads to nothing or to another file.
        case moved
    }

    package let path: String
    private let descriptor: Descriptor
    private let device: UInt64
    private let number: UInt64

    package init(_ path: String) throws(FileError) {
        let opened = unsafe clinux_open_path(path)
        guard opened >= 0 else { throw FileError(path: path, SystemError("open")) }
        descriptor = Descriptor(owning: opened)
        var status = stat()
        guard unsafe fstat(opened, &status) == 0 else { throw FileError(path: path, SystemError("fstat")) }
        self.path = path
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }

    /// Nil while the path leads to the file: that costs one short call of the system.
    package var absence: Absence? {
        var found = stat()
        if unsafe stat(path, &found) == 0, UInt64(found.st_dev) == device, UInt64(found.st_ino) == number { return nil }
        guard unsafe fstat(descriptor.number, &found) == 0, found.st_nlink > 0 else { return .deleted }
        return .moved
    }
}
