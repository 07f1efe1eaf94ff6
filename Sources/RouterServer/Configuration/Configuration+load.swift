import System
import WeCom
import YAML

extension Configuration {
    /// Reads the configuration: from `file` (that of `--config`), else the file that `WECOM_ROUTER_CONFIG` names, else
    /// `config.yaml` in the working directory, else the environment alone.
    ///
    /// To the environment come the variables of `environmentFile` (that of `--env-file`), else of a `.env` beside the
    /// configuration, where it does not have them itself.
    ///
    /// Throws a `ConfigurationError` that has every fault there is.
    package static func load(
        file: String?,
        environmentFile: String? = nil,
        environment given: [String: String],
        files: ConfigurationFiles = .system,
        landlock: Int = Landlock.version
    ) throws -> Configuration {
        let path = file ?? chosenPath(given, files)
        let beside = try EnvironmentFile.load(environmentFile, beside: path, files)
        let environment = beside.completing(given)
        if path == nil, HermesBlock(from: environment) == nil { throw ConfigurationError.nothing }
        let document = try path.map { try read($0, files) }
        let reading = Reading(file: path, environment: environment, files: files, landlock: landlock)
        for fault in beside?.faults ?? [] { reading.note(fault) }
        for doubt in beside?.doubts ?? [] { reading.note(warning: doubt) }
        var configuration = Configuration()
        configuration.source = path ?? "the environment"
        configuration.read(document, reading)
        configuration.crossCheck(reading)
        guard reading.faults.isEmpty else {
            throw ConfigurationError.faults(reading.faults.sorted(), warnings: reading.warnings.sorted())
        }
        configuration.warnings = reading.warnings.sorted()
        configuration.places = reading.places
        configuration.secretFiles = [path, beside?.path].compactMap(\.self) + reading.secretFiles
        configuration.fileVariables = beside?.variables ?? [:]
        configuration.usedVariables = reading.usedVariables
        return configuration
    }

    static func chosenPath(_ environment: [String: String], _ files: ConfigurationFiles) -> String? {
        if let named = environment["WECOM_ROUTER_CONFIG"], !named.isEmpty { return named }
        return files.exists("config.yaml") ? "config.yaml" : nil
    }

    static func read(_ path: String, _ files: ConfigurationFiles) throws -> YAMLDocument {
        let bytes: [UInt8]
        do {
            bytes = try files.read(path, YAMLLimits().bytes)
        } catch {
            throw ConfigurationError.unreadable("\(error)")
        }
        do {
            return try YAMLDocument(bytes)
        } catch {
            let place = Place.file(path, line: error.position.line, column: error.position.column)
            throw ConfigurationError.faults([Fault(place, error.message)], warnings: [])
        }
    }
}

extension Configuration {
    private mutating func read(_ document: YAMLDocument?, _ reading: Reading) {
        let root = Section(document?.root, key: "", reading)
        if let document, !root.isMapping { return Self.complainOfNoMapping(document, reading) }
        let block = document.flatMap { HermesBlock(in: $0.root) }
        if let document { Self.tellRefusals(document, of: block, root, reading) }
        let isHermesFile = block != nil
        root.readSecretsKey()
        let names = readAgents(root, isHermesFile: isHermesFile)
        let hermes = block ?? (root.has("apps") ? nil : HermesBlock(from: reading.environment))
        if let hermes {
            let extra = Section(hermes.node, key: HermesBlock.key, reading)
            hermes.readServer(into: &server, extra)
            if hermes.isEnabled(reading) { apps = hermes.apps(extra, agents: names) }
        } else {
            apps = Self.ownApps(root, agents: names)
        }
        readSections(root, isHermesFile: isHermesFile)
        if !isHermesFile { root.finish() }
    }

    private mutating func readSections(_ root: Section, isHermesFile: Bool) {
        func section(_ name: String, _ read: (Section) -> Void) {
            if isHermesFile, root.has(name), !root.hasMapping(name) { return }
            root.section(name, otherKeysAreWarnings: isHermesFile, read)
        }
        section("server") { server.read($0) }
        section("management") { management.read($0) }
        section("store") { store.read($0) }
        section("workers") { workers.read($0) }
        section("log") { log.read($0) }
    }

    private static func ownApps(_ root: Section, agents: [String]) -> [App] {
        guard root.has("apps") else {
            root.fault("apps", "is missing: list the WeCom apps to serve, each with name, corp_id and its keys")
            return []
        }
        let sections = root.sections("apps") ?? []
        if sections.isEmpty, root.isEmptyList("apps") {
            root.fault("apps", "is empty: list the WeCom apps to serve, each with name, corp_id and its keys")
        }
        return sections.map { section in
            defer { section.finish() }
            return App(section, .init(agents: agents))
        }
    }

    private static func complainOfNoMapping(_ document: YAMLDocument, _ reading: Reading) {
        let place = reading.place(document.root.start)
        reading.note(Fault(place, "the file must hold keys with values, as in apps: and agents:"))
    }

    /// Tells the parts of YAML that we refuse as faults, but not where they stand in parts of a Hermes gateway's file that we do not read.
    private static func tellRefusals(
        _ document: YAMLDocument,
        of block: HermesBlock?,
        _ root: Section,
        _ reading: Reading
    ) {
        for refusal in document.refusals {
            if let block, !root.isOurs(refusal.position, block.node) { continue }
            reading.note(Fault(reading.place(refusal.position), refusal.message))
        }
    }
}
