import System

extension ConfigurationDraft {
    /// Reads the draft as `serve` would read it. Its warnings, and the faults of the `ConfigurationError` that is thrown, stand
    /// where their values came from, or `elsewhere`.
    func tried(environment: [String: String], elsewhere: Place? = nil) throws -> Configuration {
        let rendered = rendered
        let (configuration, variables) = (Array(rendered.text.utf8), Array(environmentText().utf8))
        let files = ConfigurationFiles(
            read: { path, limit in
                switch path {
                case Self.trialName: configuration
                case EnvironmentFile.usualName: variables
                default: try readFile(path, limit: limit)
                }
            },
            mode: { _ in 0o600 },
            exists: { [Self.trialName, EnvironmentFile.usualName].contains($0) || fileExists($0) },
            isExecutable: { isExecutable($0) })
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
