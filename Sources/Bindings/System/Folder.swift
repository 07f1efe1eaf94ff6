internal import CLinux

/// A directory that is open, in which somebody else may be at work: whatever they put in the place of a name meanwhile,
/// nothing is read or written outside of it.
///
/// Its calls block while the disk works.
package struct Folder: ~Copyable {
    package let path: String
    let descriptor: Descriptor

    package init(_ path: String) throws(FileError) {
        let number = unsafe clinux_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        self.init(path, Descriptor(owning: number))
    }

    private init(_ path: String, _ descriptor: consuming Descriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    /// The directory of that name in this one, which is made if it is not there. A new one is `owner`'s, or ours.
    package func folder(_ name: String, ownedBy owner: SystemUser? = nil) throws(FileError) -> Folder {
        let path = "\(self.path)/\(name)"
        if unsafe mkdirat(descriptor.number, name, 0o700) != 0, clinux_errno() != EEXIST {
            throw FileError(path: path, SystemError("mkdir"))
        }
        let number = unsafe clinux_open_at(
            descriptor.number, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        let folder = Folder(path, Descriptor(owning: number))
        try folder.give(to: owner)
        return folder
    }

    /// The directory of that name in this one; nil where there is none, or something else bears the name.
    package func existingFolder(_ name: String) -> Folder? {
        let number = unsafe clinux_open_at(
            descriptor.number, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
        return number >= 0 ? Folder("\(path)/\(name)", Descriptor(owning: number)) : nil
    }

    /// Makes the directory itself another user's.
    package func give(to owner: SystemUser?) throws(FileError) {
        guard let owner else { return }
        guard fchown(descriptor.number, owner.id, owner.group) == 0 else {
            throw FileError(path: path, SystemError("chown"))
        }
    }

    /// Marks it as used now.
    package func touch() throws(FileError) {
        guard futimens(descriptor.number, nil) == 0 else { throw FileError(path: path, SystemError("futimens")) }
    }

    /// Lets others pass through to what lies below, if they know its name.
    package func letOthersPass() throws(FileError) {
        guard fchmod(descriptor.number, 0o711) == 0 else { throw FileError(path: path, SystemError("chmod")) }
    }

    /// Writes a file of that name, in place of whatever had it; not synced.
    package func write(_ name: String, _ bytes: [UInt8], ownedBy owner: SystemUser? = nil) throws(FileError) {
        let path = "\(self.path)/\(name)"
        unsafe unlinkat(descriptor.number, name, 0)
        let number = unsafe clinux_open_at(
            descriptor.number, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        let file = Descriptor(owning: number)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe CLinux.write(file.number, $0.baseAddress! + written, bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if clinux_errno() != EINTR {
                throw FileError(path: path, SystemError("write"))
            }
        }
        if let owner, fchown(file.number, owner.id, owner.group) != 0 {
            throw FileError(path: path, SystemError("chown"))
        }
    }

    /// Opens a regular file for reading, by a path that counts from here or begins with our own. Links are followed, and
    /// refused where they lead out of here.
    package func file(at path: String) throws(FileError) -> ReadableFile {
        let own = (self.path + "/").utf8
        let inner = path.utf8.starts(with: own) ? String(Substring(path.utf8.dropFirst(own.count))) : path
        guard !inner.utf8.contains(0) else { throw FileError(path: path, reason: "no path") }
        let number = unsafe clinux_open_beneath(descriptor.number, inner)
        if number >= 0 { return try ReadableFile(owning: number, path: path) }
        switch clinux_errno() {
        case ENOSYS: return try fileWithoutLinks(at: inner)
        case EXDEV, ELOOP:
            throw FileError(
                path: path, reason: "lies outside of the working directory, or behind a link that leads there")
        default: throw FileError(path: path, SystemError("open"))
        }
    }

    /// Opens a file on systems without `openat2`: no link is followed at all.
    private func fileWithoutLinks(at path: String) throws(FileError) -> ReadableFile {
        var names = path.split(separator: "/").map(String.init)
        guard let last = names.popLast(), !path.hasPrefix("/"), !(names + [last]).contains("..") else {
            throw FileError(path: path, reason: "lies outside of the working directory")
        }
        var directory = dup(descriptor.number)
        defer { close(directory) }
        for name in names {
            let next = unsafe clinux_open_at(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
            guard next >= 0 else { throw FileError(path: path, SystemError("open")) }
            close(directory)
            directory = next
        }
        let number = unsafe clinux_open_at(directory, last, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard number >= 0 else { throw FileError(path: path, SystemError("open")) }
        return try ReadableFile(owning: number, path: path)
    }

    /// Its entries, by name, and any `limit` of them where there are more. Links are not followed.
    package func entries(atMost limit: Int = .max) throws(FileError) -> [DirectoryEntry] {
        let number = unsafe clinux_open_at(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0, let directory = unsafe fdopendir(number) else {
            throw FileError(path: path, SystemError("opendir"))
        }
        return unsafe DirectoryEntry.all(in: directory, atMost: limit).sorted { $0.name < $1.name }
    }

    /// Removes all that is in it; what cannot be removed stays, and so does what lies deeper than anybody needs.
    package func removeContents() { removeContents(depth: 0) }

    private func removeContents(depth: Int) {
        for entry in (try? entries()) ?? [] { remove(entry.name, depth: depth) }
    }

    /// Removes what bears that name, a directory with all that is in it.
    package func remove(_ name: String) { remove(name, depth: 0) }

    private func remove(_ name: String, depth: Int) {
        if unsafe unlinkat(descriptor.number, name, 0) == 0 { return }
        // Each level holds a descriptor, and somebody may have made ten thousand.
        if depth < Folder.deepest, let inner = existingFolder(name) { inner.removeContents(depth: depth + 1) }
        unsafe unlinkat(descriptor.number, name, AT_REMOVEDIR)
    }

    private static let deepest = 128
}
