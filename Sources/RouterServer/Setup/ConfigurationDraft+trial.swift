import System

extension ConfigurationDraft {
    /// Reads the draft as `serve` would read it. Its warnings, and the faults of the `ConfigurationError` that is thrown, stand
    /// where their values came from, or `elsewhere`.
    func tried(environment: [String: String], elsewhere: Place? = nil) throws -> Configuration {
        let rendered = rendered
        let files = ConfigurationFiles.over([
            Self.trialName: rendered.text, EnvironmentFile.usualName: environmentText(),
        ])
        func moved(_ fault: Fault) -> Fault {
            guard case .file(Self.trialName, let line, _) = fault.place else { return fault }
            return Fault(rendered.origins[line] ?? elsewhere ?? fault.place, fault.message)
        }
        do {
            var tried = try Configuration.load(file: Self.trialName, environment: environment, files: files)
            tried.warnings = tried.warnings.map(moved)
            return tried
        } catch ConfigurationError.faults(let faults, let warnings) {
            throw ConfigurationError.faults(faults.map(moved).sorted(), warnings: warnings.map(moved))
        }
    }

    /// No path of the user's: only the trial sees it.
    private static let trialName = "the new configuration"
}

extension ConfigurationFiles {
    /// The files of this machine, with texts in the place of some.
    static func over(_ texts: [String: String]) -> ConfigurationFiles {
        ConfigurationFiles(
            read: { path, limit in try texts[path].map { Array($0.utf8) } ?? readFile(path, limit: limit) },
            mode: { _ in 0o600 },
            exists: { texts[$0] != nil || fileExists($0) },
            isExecutable: { System.isExecutable($0) })
    }
}
