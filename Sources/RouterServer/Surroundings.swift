import HTTPServer
import System

/// The machine as `check` finds it, held against what `serve` will need of it. The two may run on different machines,
/// or as different users: what is missing is a warning.
struct Surroundings {
    let warnings: [Fault]
    /// The place of the store, and what is there.
    let storeLine: String

    init(_ configuration: Configuration) {
        let store = StorePlace(configuration.store)
        storeLine = store.line
        var warnings: [Fault] = []
        func warn(_ keys: [String], _ remark: String) {
            let place =
                keys.lazy.compactMap { configuration.places[$0] }.first ?? configuration.place(ofUnwritten: keys)
            warnings.append(Fault(place, place.isEnvironment ? remark : "\(keys[0]) \(remark)"))
        }
        if let complaint = store.complaint { warn(["store.url"], complaint) }
        if let complaint = store.complaintOfSpace { warn(["store.min_free", "store.url"], complaint) }
        // A server that has the store has the ports as well.
        if store.holder == nil {
            let (server, management) = (configuration.server, configuration.management)
            for (section, host, port) in [
                ("server", server.host, server.port), ("management", management.host, management.port),
            ] {
                do throws(SystemError) {
                    try tryListening(host: host, port: port)
                } catch {
                    let refusal = CannotListen(address: .host(host, port: port), cause: error)
                    warn(["\(section).port", "\(section).host"], "is \(port): serve \(refusal)")
                }
            }
        }
        self.warnings = warnings
    }
}

/// The place of a store: what is there, and whether one can be made.
private struct StorePlace {
    let path: String
    private let shownStore: String
    private let minFree: Int
    private let exists: Bool
    /// The directory in which the first missing one would be made, or that the file is in.
    private let ground: String
    /// The process that has the store.
    let holder: Int32?

    init(_ store: Configuration.Store) {
        path = store.path
        shownStore = store.shown
        minFree = store.minFree
        exists = fileExists(path)
        var ground = StorePlace.directory(of: path)
        while ground != ".", ground != "/", !fileExists(ground) { ground = StorePlace.directory(of: ground) }
        self.ground = ground
        holder = exists ? StorePlace.holder(of: path) : nil
    }

    private static func directory(of path: String) -> String {
        let folder = enclosingFolder(of: path)
        return folder.isEmpty ? "." : folder == "/" ? folder : String(folder.dropLast())
    }

    private static func holder(of path: String) -> Int32? {
        do throws(FileLock.Refusal) {
            _ = try FileLock.acquire(guarding: path)
            return nil
        } catch {
            guard case .held(_, let holder) = error else { return nil }
            return holder ?? 0
        }
    }

    var line: String {
        let state =
            switch holder {
            case nil: exists ? "which is there" : "which is made at the first start"
            case 0: "which a server has"
            case let process?: "which process \(process) serves"
            }
        return "\(shownStore), \(state)" + (free.map { "; \(shownSize($0)) free" } ?? "")
    }

    /// The reason why the store could not be opened.
    var complaint: String? {
        if exists {
            return isWritable(path)
                ? nil : "is \(shown(path)), which this user may not write: give it to the user that serves"
        }
        guard (try? entries(of: ground)) != nil else {
            return "is \(shown(path)), which cannot be made: \(shown(ground)) is no directory that this user may read"
        }
        return isWritable(ground)
            ? nil
            : "is \(shown(path)), which cannot be made: this user may not write in \(shown((try? realPath(ground)) ?? ground)); "
                + "make the directory and give it to the user that serves"
    }

    private var free: Int? { freeBytes(onDiskOf: ground) }

    var complaintOfSpace: String? {
        guard let free, free < minFree else { return nil }
        return
            "is \(shownSize(minFree)), and the disk of \(shown(path)) has \(shownSize(free)) free: no message would be "
            + "accepted; make room, or lower it"
    }
}

extension Configuration {
    /// The place to name for keys that nobody wrote.
    fileprivate func place(ofUnwritten keys: [String]) -> Place {
        guard source == Configuration.environmentSource else { return .file(source, line: 1, column: 1) }
        return .environment(keys.lazy.compactMap(Variables.name).first ?? "WECOM_ROUTER_CONFIG")
    }
}

/// A number of bytes as the configuration has it, rounded down.
private func shownSize(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes >= size {
        return "\(bytes / size)\(unit)"
    }
    return "\(bytes) bytes"
}
