import YAML

/// One reading of a configuration: what is read from, and all that was found on the way.
///
/// Notes faults and goes on, so that every one of them is told at once: nothing here throws.
final class Reading {
    let environment: [String: String]
    let files: ConfigurationFiles
    /// The version of Landlock that programs can be shut in with; 0 for none.
    let landlock: Int
    /// The file as the user named it; nil when there is none.
    let file: String?
    private(set) var told: [Fault] = []
    /// By the keys that are not there.
    private var absences: [String: Fault] = [:]
    private(set) var warnings: [Fault] = []
    private(set) var places: [String: Place] = [:]
    /// The first secret that is written out in the file.
    private(set) var openSecret: (place: Place, key: String)?

    /// The key that the secrets of the file are encrypted with.
    enum KnownKey {
        case missing
        /// The fault has been told.
        case faulty
        case known(SecretsKey)
    }

    var secretsKey = KnownKey.missing

    /// The variables that the file refers to.
    private(set) var usedVariables: Set<String> = []
    /// The files that secrets were read from.
    private(set) var secretFiles: [String] = []
    private(set) var digest = ConfigurationDigest()

    init(file: String?, environment: [String: String], files: ConfigurationFiles, landlock: Int) {
        self.file = file
        self.environment = environment
        self.files = files
        self.landlock = landlock
    }

    /// Everything that is wrong.
    var faults: [Fault] { told + absences.values }

    /// Notes what is wrong with `key`. In the environment the variable's name says it all.
    func fault(_ place: Place, _ key: String, _ complaint: String) {
        told.append(Fault(place, place.isEnvironment ? complaint : "\(key) \(complaint)"))
    }

    /// Notes that `key` is not there, for as long as nobody finds it under another name.
    func missing(_ key: String, at place: Place, _ complaint: String) {
        absences[key] = Fault(place, "\(key) \(complaint)")
    }

    /// There is a key that was meant to be `key`, and a fault of its own: the two are one.
    func forgetMissing(_ key: String) { absences[key] = nil }

    func warn(_ place: Place, _ key: String, _ remark: String, detail: String? = nil) {
        warnings.append(Fault(place, place.isEnvironment ? remark : "\(key) \(remark)", detail: detail))
    }

    /// Notes something about a place rather than about a key.
    func note(_ fault: Fault) { told.append(fault) }
    func note(warning: Fault) { warnings.append(warning) }

    func remember(_ key: String, at place: Place) { places[key] = place }

    func noteOpenSecret(_ key: String, at place: Place) {
        if openSecret == nil { openSecret = (place, key) }
    }

    func noteSecretFile(_ path: String) { secretFiles.append(path) }

    func noteValue(_ text: String, of key: String) { digest.add(text, of: key) }

    func noteUse(of variables: [String]) { usedVariables.formUnion(variables) }

    /// The variable that speaks for `key`, when it is set to something.
    func variable(for key: String) -> (name: String, text: String)? {
        guard let name = Variables.name(for: key), let text = environment[name], !text.isEmpty else { return nil }
        return (name, text)
    }

    func place(_ position: YAMLPosition) -> Place {
        .file(file ?? "", line: position.line, column: position.column)
    }
}
