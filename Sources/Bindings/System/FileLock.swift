internal import CLinux

/// The right to be the only process that works on a file, held until it is let go or the process ends.
///
/// A lock of the system on a small file beside the guarded one, so that no stale lock outlives a crash. The file stays:
/// removing it would let two processes lock two files of one name.
package struct FileLock: ~Copyable, Sendable {
    /// The reason why the lock was not to be had.
    package enum Refusal: Error, Equatable, Sendable {
        /// Another process has it; its number, if the file already tells.
        case held(path: String, by: Int32?)
        case cannotOpen(path: String, SystemError)
    }

    private let descriptor: Descriptor

    private init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Unlocks before it closes: a child that is just being started still has the descriptor, and the lock with it.
    deinit { flock(descriptor.number, LOCK_UN) }

    /// Takes the lock on `path` (in `<path>.lock`) at once or not at all. Children do not inherit it.
    package static func acquire(guarding path: String) throws(Refusal) -> FileLock {
        let lockPath = path + ".lock"
        let number = unsafe clinux_open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .cannotOpen(path: lockPath, SystemError("open")) }
        let descriptor = Descriptor(owning: number)
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            throw .held(path: path, by: processNumber(in: descriptor))
        }
        write(processNumber: Process.id, to: descriptor)
        return FileLock(descriptor: descriptor)
    }

    /// Writes our process number into the file, for people only: the lock holds without it, so a full disk does not matter.
    private static func write(processNumber: Int32, to descriptor: borrowing Descriptor) {
        let text = Array("\(processNumber)\n".utf8)
        let number = descriptor.number
        _ = ftruncate(number, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, 0) }
    }

    private static func processNumber(in descriptor: borrowing Descriptor) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let number = descriptor.number
        let count = unsafe text.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, $0.count, 0) }
        return Int32(String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x0a }, as: UTF8.self))
    }
}

extension FileLock.Refusal {
    package var isOutOfRoom: Bool { if case .cannotOpen(_, let error) = self { error.isOutOfRoom } else { false } }
}

extension FileLock.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .held(let path, let holder):
            "\(path) is in use by \(holder.map { "process \($0)" } ?? "another process"): stop that one first"
        case .cannotOpen(let path, let error):
            "cannot open \(path): \(error.message)"
        }
    }
}
