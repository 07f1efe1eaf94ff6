internal import CLinux

// The parts by which a directory is copied with all that is in it: whoever is at work there meanwhile, nothing outside is touched.

extension Folder {
    /// The text of the link of that name; nil where there is none, or a longer one than systems take.
    package func linkTarget(_ name: String) -> String? {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = unsafe target.withUnsafeMutableBytes { bytes in
            unsafe readlinkat(descriptor.number, name, bytes.baseAddress!, bytes.count)
        }
        guard count > 0, count < target.count else { return nil }
        return String(decoding: target.prefix(count), as: UTF8.self)
    }

    /// Makes a link, which nobody follows.
    package func makeLink(_ name: String, to target: String, ownedBy owner: SystemUser? = nil) throws(FileError) {
        let path = "\(self.path)/\(name)"
        guard unsafe symlinkat(target, descriptor.number, name) == 0 else {
            throw FileError(path: path, SystemError("symlink"))
        }
        guard let owner else { return }
        guard unsafe fchownat(descriptor.number, name, owner.id, owner.group, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileError(path: path, SystemError("chown"))
        }
    }

    /// Makes a file where nothing is yet. It is `owner`'s, or ours.
    package func newFile(_ name: String, ownedBy owner: SystemUser? = nil) throws(FileError) -> NewFile {
        let path = "\(self.path)/\(name)"
        let number = unsafe clinux_open_at(
            descriptor.number, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        let file = Descriptor(owning: number)
        if let owner, fchown(number, owner.id, owner.group) != 0 {
            throw FileError(path: path, SystemError("chown"))
        }
        return NewFile(owning: file, path: path)
    }

    /// Gives the directory itself permissions.
    package func setMode(_ mode: UInt32) throws(FileError) {
        guard fchmod(descriptor.number, mode) == 0 else { throw FileError(path: path, SystemError("chmod")) }
    }

    /// Waits until all that was written to its disk is there.
    package func syncDisk() throws(FileError) {
        guard syncfs(descriptor.number) == 0 else { throw FileError(path: path, SystemError("syncfs")) }
    }
}
