internal import CLinux

extension ListeningSocket {
    /// Listens at a path of the file system, for processes of our own user (mode 0600). What a process that died left there
    /// is replaced; where somebody answers, the address is in use. The file goes when the socket does.
    package init(
        path: String, backlog: Int, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        if try isStaleSocket(path), unsafe unlink(path) != 0, clinux_errno() != ENOENT {
            throw SystemError("unlink \(path)")
        }
        let number = socket(AF_UNIX, CLINUX_SOCK_STREAM | CLINUX_SOCK_FLAGS, 0)
        guard number >= 0 else { throw SystemError("socket") }
        let descriptor = Descriptor(owning: number)
        guard unsafe try withUnixAddress(of: path, { unsafe bind(number, $0, $1) }) == 0 else {
            throw SystemError("bind \(path)")
        }
        // Until `listen` nobody gets through, so that nobody else's process slips in before the mode is set.
        guard unsafe chmod(path, 0o600) == 0 else { throw SystemError("chmod \(path)") }
        guard listen(number, Int32(backlog)) == 0 else { throw SystemError("listen") }
        try self.init(descriptor, port: 0, path: path, on: loop, source)
    }
}

/// The longest path, in bytes, that a socket can have.
package let longestSocketPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

/// True if a process listens at `path`. Does not wait for it to answer.
package func isListening(at path: String) -> Bool {
    let number = socket(AF_UNIX, CLINUX_SOCK_STREAM | CLINUX_SOCK_FLAGS, 0)
    guard number >= 0 else { return false }
    let descriptor = Descriptor(owning: number)
    let status = unsafe try? withUnixAddress(of: path) { unsafe connect(descriptor.number, $0, $1) }
    // With so many waiting that there is no room for one more, it listens all the same.
    return status == 0 || status == -1 && clinux_errno() == EAGAIN
}

/// True if there is a socket's file at `path` and nobody behind it. Any other file stays, and `bind` complains of it.
private func isStaleSocket(_ path: String) throws(SystemError) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & mode_t(S_IFMT) == mode_t(S_IFSOCK) else { return false }
    guard !isListening(at: path) else { throw SystemError("bind \(path)", number: EADDRINUSE) }
    return true
}

/// Lends the address of a socket in the file system, or of one behind an `@`, which is in none.
func withUnixAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) throws(SystemError) -> Int32 {
    guard path.utf8.count <= longestSocketPath, !path.utf8.contains(0) else {
        throw SystemError("bind \(path)", number: ENAMETOOLONG)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    var length = MemoryLayout<sockaddr_un>.size
    if path.utf8.first == UInt8(ascii: "@") {
        address.sun_path.0 = 0
        // Each byte counts, also those behind the name.
        length = (MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + path.utf8.count
    }
    return unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            unsafe body(address, socklen_t(length))
        }
    }
}
