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
        configuration.source = path ?? environmentSource
        configuration.read(document, reading)
        configuration.crossCheck(reading, beside)
        guard reading.faults.isEmpty else {
            throw ConfigurationError.faults(reading.faults.sorted(), warnings: reading.warnings.sorted())
        }
        configuration.warnings = reading.warnings.sorted()
        configuration.places = reading.places
        configuration.secretFiles = [path, beside?.path].compactMap(\.self) + reading.secretFiles
        configuration.fileVariables = beside?.variables ?? [:]
        configuration.usedVariables = reading.usedVariables
        configuration.digest = reading.digest.text
        return configuration
    }

    /// The name of the source where there is no file.
    static let environmentSource = "the environment"

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
        let text = String(validating: bytes, as: UTF8.self) ?? ""
        let foreign = ForeignFormat(text).map { Fault(.file(path, line: 1, column: 1), $0.complaint) }
        do {
            let document = try YAMLDocument(bytes)
            guard let foreign, !document.root.hasKeyOfOurs else { return try withKeys(document, text, path) }
            throw ConfigurationError.faults([foreign], warnings: [])
        } catch let error as YAMLError {
            let slip = FullWidthSlip.near(line: error.position.line, in: text).map { Fault($0, in: path) }
            let place = Place.file(path, line: error.position.line, column: error.position.column)
            throw ConfigurationError.faults([foreign ?? slip ?? Fault(place, error.message)], warnings: [])
        }
    }

    /// The document, unless it is one long text since its colons are none.
    private static func withKeys(_ document: YAMLDocument, _ text: String, _ path: String) throws -> YAMLDocument {
        if case .scalar = document.root.content, let slip = FullWidthSlip.all(in: text).first {
            throw ConfigurationError.faults([Fault(slip, in: path)], warnings: [])
        }
        return document
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
            bots = (root.sections("bots") ?? []).map { section in
                defer { section.finish() }
                return Bot(section, agents: names)
            }
            apps = Self.ownApps(root, agents: names, besides: bots)
            root.read("default_bot", .nameInChats, into: &defaultBot)
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
        section("node") { node.read($0) }
        section("workers") { workers.read($0) }
        section("log") { log.read($0) }
    }

    private static func ownApps(_ root: Section, agents: [String], besides bots: [Bot]) -> [App] {
        guard root.has("apps") else {
            if bots.isEmpty {
                root.fault("apps", "is missing: list the WeCom apps to serve, each with name, corp_id and its keys")
            }
            return []
        }
        let sections = root.sections("apps") ?? []
        if sections.isEmpty, root.isEmptyList("apps"), bots.isEmpty {
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

extension Fault {
    fileprivate init(_ slip: FullWidthSlip, in file: String) {
        self.init(.file(file, line: slip.line, column: slip.column), slip.complaint)
    }
}

extension YAMLNode {
    /// There is a key that files have which are meant for us.
    fileprivate var hasKeyOfOurs: Bool {
        guard case .mapping(let mapping) = content else { return false }
        return ["apps", "agents", "server", "platforms"].contains { mapping[$0] != nil }
    }
}
