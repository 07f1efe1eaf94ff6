import System
import YAML

/// For commands that ask the server that runs: they want to know where it is, and neither secrets nor a file without faults.
extension Configuration {
    /// The place of a server's store.
    static func loadStore(
        file: String?, environmentFile: String? = nil, environment: [String: String],
        files: ConfigurationFiles = .system
    ) throws -> Store {
        func load(passingOverUnreadable: Bool) throws -> Store {
            try loadPart(file, environmentFile, environment, files, passingOverUnreadable) { root, _ in
                var store = Store()
                root.section("store", otherKeysAreWarnings: true) { store.read($0) }
                return store
            }
        }
        do {
            return try load(passingOverUnreadable: false)
        } catch {
            // A file that is half written tells of no place. A server that is at the usual one is the one that is meant.
            guard let usual = try? load(passingOverUnreadable: true), files.exists(usual.controlSocket) else {
                throw error
            }
            return usual
        }
    }

    /// A server's public listener.
    static func loadServer(
        file: String?, environmentFile: String? = nil, environment: [String: String],
        files: ConfigurationFiles = .system
    ) throws -> Server {
        try loadPart(file, environmentFile, environment, files) { root, block in
            var server = Server()
            if let block { block.readServer(into: &server, Section(block.node, key: HermesBlock.key, root.reading)) }
            root.section("server", otherKeysAreWarnings: true) { server.read($0) }
            return server
        }
    }

    /// The form of a server's log, as far as it can be read.
    static func loadLog(
        file: String?, environmentFile: String? = nil, environment: [String: String],
        files: ConfigurationFiles = .system
    ) -> Log {
        let log = try? loadPart(file, environmentFile, environment, files) { root, _ in
            var log = Log()
            root.section("log", otherKeysAreWarnings: true) { log.read($0) }
            return log
        }
        return log ?? Log()
    }

    /// The zone that all apps have; nil if they have several, or if it cannot be read: it is only for showing times.
    static func timeZone(
        file: String?, environmentFile: String? = nil, environment: [String: String],
        files: ConfigurationFiles = .system
    ) -> TimeZone? {
        let zones = try? loadPart(file, environmentFile, environment, files) { root, block in
            let extra = block.map { Section($0.node, key: HermesBlock.key, root.reading) }
            let apps = (extra ?? root).sections("apps") ?? []
            return (apps.isEmpty ? [extra ?? root] : apps).map(App.timeZone)
        }
        guard let zone = zones?.first, zones?.allSatisfy({ $0 == zone }) == true else { return nil }
        return zone
    }

    /// Tells no fault but those of what is read.
    private static func loadPart<Part>(
        _ file: String?, _ environmentFile: String?, _ given: [String: String], _ files: ConfigurationFiles,
        _ passesOverUnreadable: Bool = false, _ take: (Section, HermesBlock?) -> Part
    ) throws -> Part {
        let path = file ?? chosenPath(given, files)
        let environment = try EnvironmentFile.load(environmentFile, beside: path, files).completing(given)
        let document =
            passesOverUnreadable ? try? path.map { try read($0, files) } : try path.map { try read($0, files) }
        let reading = Reading(file: path, environment: environment, files: files, landlock: 0)
        let root = Section(document?.root, key: "", reading)
        let block = document.flatMap { HermesBlock(in: $0.root) } ?? HermesBlock(from: environment)
        let part = take(root, root.has("apps") ? nil : block)
        guard reading.faults.isEmpty else {
            throw ConfigurationError.faults(reading.faults.sorted(), warnings: [])
        }
        return part
    }
}
