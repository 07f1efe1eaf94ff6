import YAML

/// The meaning of paths that are not absolute: in a file they lie beneath its directory, in a variable beneath the
/// working directory.
extension Reading {
    /// The path as it is opened.
    func resolved(_ path: String, writtenAt place: Place? = nil) -> String {
        if path.hasPrefix("/") || place?.isEnvironment == true { return path }
        return enclosingFolder(of: file) + plain(path)
    }

    /// The path for somebody who works in another directory.
    func absolute(_ path: String, writtenAt place: Place?) -> String {
        let path = resolved(path, writtenAt: place)
        guard !path.hasPrefix("/") else { return path }
        let directory = files.workingDirectory()
        return directory + (directory.hasSuffix("/") ? "" : "/") + plain(path)
    }

    /// The path of something that lasts. Until paths meant the file's directory it lay beneath the working directory:
    /// what is there stays in use, and is told, for as long as there is nothing in its own place.
    func resolvedWhereItLies(_ path: String, _ section: Section, _ name: String, named what: String) -> String {
        let place = places[section.path(name)]
        let own = resolved(path, writtenAt: place)
        guard own != path, !files.exists(own), files.exists(path) else { return own }
        warn(
            place ?? self.place(.start), section.path(name),
            "means \(shown(own)), beneath the configuration's directory, and \(what) lies at \(shown(path)), beneath the "
                + "working directory: that one is used; move it, or write its absolute path")
        return path
    }

    private func plain(_ path: String) -> String {
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
        return rest.isEmpty ? path : String(rest)
    }
}

/// The directory that holds a file, with a slash at its end; empty for the working directory.
func enclosingFolder(of path: String?) -> String {
    path.flatMap { path in path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } } ?? ""
}
