internal import CLinux

/// The rules of one sandbox while they are told to the kernel. Runs in a fresh child, before it becomes another user.
///
/// The kernel knows only what is allowed, and allows it with all that lies below. So whatever holds something hidden is
/// not allowed as a whole: what else lies in it is, one by one.
struct SandboxRules: ~Copyable {
    /// Open until the program runs; an exec closes it.
    let ruleset: Int32
    private let known = LandlockRights.known(to: Landlock.version)
    private var count = 0

    /// A directory with more in it than this, besides what is hidden there, is in the wrong place.
    static let most = 16_384

    init(_ sandbox: Sandbox) throws(StartFailure) {
        let hasScopes = Landlock.version >= Landlock.firstWithScopes
        ruleset = clinux_landlock_create(known.rawValue, hasScopes ? Landlock.scopes : 0)
        guard ruleset >= 0 else { throw StartFailure(.sandbox) }
        let hidden = sandbox.hidden.map(components)
        try allow(.reading, at: "/", but: hidden + [["dev"]])
        for path in sandbox.readable { try allow(.reading, at: path, besides: hidden) }
        for path in sandbox.writable { try allow(.working, at: path, besides: hidden) }
        for path in Sandbox.devices { try add(.usingDevices, path) }
        try add(.working, Sandbox.sharedMemory)
    }

    /// Allows what was named, though it may lie in something hidden. What is hidden in it stays so.
    private mutating func allow(
        _ rights: LandlockRights, at path: String, besides hidden: [ArraySlice<String>]
    ) throws(StartFailure) {
        let place = components(path)
        try allow(rights, at: path, but: hidden.filter { $0.starts(with: place) }.map { $0.dropFirst(place.count) })
    }

    /// `hidden` is what is hidden in `path`, each by the names that lead there.
    private mutating func allow(
        _ rights: LandlockRights, at path: String, but hidden: [ArraySlice<String>]
    ) throws(StartFailure) {
        if hidden.isEmpty { return try add(rights, path) }
        if hidden.contains(where: \.isEmpty) { return }
        let byName = Dictionary(grouping: hidden) { $0[$0.startIndex] }
        let parent = path == "/" ? "" : path
        // Who may not list a directory may still open what lies in it.
        for name in Set(names(in: path)).union(byName.keys) {
            try allow(rights, at: "\(parent)/\(name)", but: (byName[name] ?? []).map { $0.dropFirst() })
        }
    }

    /// Allows a path. One that has gone meanwhile, or is a link, needs no rule; where we cannot make one, nothing is allowed.
    private mutating func add(_ rights: LandlockRights, _ path: String) throws(StartFailure) {
        let number = unsafe clinux_open(path, CLINUX_O_PATH | O_NOFOLLOW | O_CLOEXEC, 0)
        guard number >= 0 else {
            if [EMFILE, ENFILE, ENOMEM].contains(clinux_errno()) { throw StartFailure(.sandbox) }
            return
        }
        defer { close(number) }
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { return }
        let kind = status.st_mode & mode_t(S_IFMT)
        if kind == mode_t(S_IFLNK) { return }
        let rights = rights.intersection(known).intersection(kind == mode_t(S_IFDIR) ? known : .ofFiles)
        guard !rights.isEmpty else { return }
        count += 1
        guard count <= SandboxRules.most else { throw StartFailure(.sandbox, number: E2BIG) }
        if clinux_landlock_allow(ruleset, number, rights.rawValue) != 0, clinux_errno() == ENOMEM {
            throw StartFailure(.sandbox)
        }
    }

    private func names(in path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe String(cString: clinux_entry_name(entry))
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

extension SandboxRules {
    /// Shuts this process in, for good.
    borrowing func enter() throws(StartFailure) {
        guard clinux_gain_no_privileges() == 0, clinux_landlock_enter(ruleset) == 0,
            clinux_lay_down_capabilities() == 0
        else { throw StartFailure(.sandbox) }
    }
}

private func components(_ path: String) -> ArraySlice<String> { path.split(separator: "/").map(String.init)[...] }
