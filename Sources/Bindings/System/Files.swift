internal import CLinux

/// The reason why a file could not be used, in words that begin with its path.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(path): \(reason)" }
}

/// Reads `path` whole; a file of more than `limit` bytes is refused.
///
/// Blocks: the start of a program is the place for it.
package func readFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let number = unsafe clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
    guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
    let descriptor = Descriptor(owning: number)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit + 1, 64 << 10))
    while true {
        let count = unsafe read(descriptor.number, &chunk, chunk.count)
        if count == 0 { return bytes }
        guard count > 0 else {
            if clinux_errno() == EINTR { continue }
            throw FileError(path: path, SystemError("read"))
        }
        guard bytes.count + count <= limit else {
            throw FileError(path: path, reason: "longer than the \(limit) bytes that are read")
        }
        bytes += chunk[..<count]
    }
}

/// The permission bits of `path`, as in `0o640`.
package func fileMode(_ path: String) throws(FileError) -> UInt32 {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw FileError(path: path, SystemError("stat")) }
    return status.st_mode & 0o7777
}

/// True if there is anything at `path`, be it readable to us or not.
package func fileExists(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 || !(clinux_errno() == ENOENT || clinux_errno() == ENOTDIR)
}

/// The bytes of a file; nil when it is not there.
package func fileSize(_ path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
}

extension FileError {
    init(path: String, _ error: SystemError) {
        self.init(path: path, reason: error.message.prefix(1).lowercased() + error.message.dropFirst())
    }
}

/// True if we may write what is at `path`, or make something in it if it is a directory.
package func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK) == 0 }

/// True if we may run what is at `path`.
package func isExecutable(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG) else { return false }
    return unsafe access(path, X_OK) == 0
}
