import Simulator
import YAML

extension World {
    /// Reads the file of `simulate --world`. Throws a `ConfigurationError` that has every fault there is.
    static func load(
        _ path: String, seed: WorldSeed? = nil, environment: [String: String], files: ConfigurationFiles = .system
    ) throws -> World {
        let document = try Configuration.read(path, files)
        let reading = Reading(file: path, environment: environment, files: files, landlock: 0)
        for refusal in document.refusals { reading.note(Fault(reading.place(refusal.position), refusal.message)) }
        let root = Section(document.root, key: "", reading)
        guard root.isMapping else {
            let place = reading.place(document.root.start)
            throw ConfigurationError.faults(
                [Fault(place, "the file must hold keys, as corps: and bots:")], warnings: [])
        }
        let world = World(root, seed: seed)
        root.finish()
        guard reading.faults.isEmpty else {
            throw ConfigurationError.faults(reading.faults.sorted(), warnings: reading.warnings.sorted())
        }
        return world
    }
}
