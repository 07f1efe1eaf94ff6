internal import CLinux

/// Writes a file that is there whole and durably, or not at all: under another name first, synced, then renamed. Several may
/// write the same file at once: the last one wins. What is there and is no file, a device or a pipe, stays what it is, and gets the
/// bytes.
///
/// Blocks while the disk works.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let number = writes.withLock { count in
        count += 1
        return count
    }
    let partial = "\(path).\(getpid())-\(number).part"
    do throws(SystemError) {
        if isNoFile(path) { return try write(bytes, to: path, durably: false) }
        try write(bytes, to: partial)
        guard unsafe rename(partial, path) == 0 else { throw SystemError("rename") }
        try syncDirectory(of: path)
    } catch {
        unsafe unlink(partial)
        throw FileError(path: path, error)
    }
}

/// The number of files written so far: each has a name of its own until it is whole.
private let writes = Lock<UInt64>(0)

/// A directory is left to the system's complaint.
private func isNoFile(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return ![UInt32(S_IFREG), UInt32(S_IFDIR)].contains(status.st_mode & UInt32(S_IFMT))
}

private func write(_ bytes: [UInt8], to path: String, durably isDurable: Bool = true) throws(SystemError) {
    let number = unsafe clinux_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw SystemError("open") }
    let descriptor = Descriptor(owning: number)
    var done = 0
    while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { unsafe write(number, $0.baseAddress! + done, bytes.count - done) }
        if count < 0 {
            if clinux_errno() == EINTR { continue }
            throw SystemError("write")
        }
        done += count
    }
    guard !isDurable || fsync(descriptor.number) == 0 else { throw SystemError("fsync") }
}

/// A new name is as durable as the directory that has it.
private func syncDirectory(of path: String) throws(SystemError) {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let number = unsafe clinux_open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard number >= 0 else { throw SystemError("open") }
    let descriptor = Descriptor(owning: number)
    guard fsync(descriptor.number) == 0 else { throw SystemError("fsync") }
}

/// Puts a file that is whole in the place of another, or of nothing, so that at any instant one of them is there; durably. Both
/// names are of one disk. Blocks.
package func replaceFile(_ path: String, by partial: String) throws(FileError) {
    let number = unsafe clinux_open(partial, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
    guard number >= 0 else { throw FileError(path: partial, SystemError("open")) }
    let descriptor = Descriptor(owning: number)
    do throws(SystemError) {
        guard fsync(descriptor.number) == 0 else { throw SystemError("fsync") }
        guard unsafe rename(partial, path) == 0 else { throw SystemError("rename") }
        try syncDirectory(of: path)
    } catch {
        throw FileError(path: path, error)
    }
}

/// Gives a file a second name; where the disk cannot do that, a copy gets it. True as well where the new name is taken, false
/// where the file is not there. Blocks.
package func shareFile(_ path: String, as newPath: String) throws(FileError) -> Bool {
    if unsafe link(path, newPath) == 0 { return true }
    switch clinux_errno() {
    case EEXIST: return true
    case ENOENT: return false
    case EXDEV, EPERM, EMLINK, EOPNOTSUPP, ENOSYS:
        try writeFile(newPath, try readFile(path, limit: 1 << 40))
        return true
    default: throw FileError(path: newPath, SystemError("link"))
    }
}

/// Removes a file; one that is not there is no error.
package func removeFile(_ path: String) throws(FileError) {
    guard unsafe unlink(path) == 0 || clinux_errno() == ENOENT else {
        throw FileError(path: path, SystemError("unlink"))
    }
}

/// Marks a file as used now: its time of change becomes the present.
package func touchFile(_ path: String) throws(FileError) {
    guard unsafe utimensat(AT_FDCWD, path, nil, 0) == 0 else { throw FileError(path: path, SystemError("utimensat")) }
}
