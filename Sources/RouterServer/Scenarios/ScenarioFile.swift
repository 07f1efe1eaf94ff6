import Simulator
import System
import YAML

/// The faults of a scenario's file, each with its line.
struct ScenarioFaults: Error, CustomStringConvertible {
    let faults: [Fault]

    var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// A scenario as its file has it.
struct ScenarioFile {
    let scenario: Scenario
    /// The part that describes a world; nil where it leaves that to others.
    let world: World?
    /// The programs that it starts beside the router.
    let processes: [ScenarioProcess]

    private static let mostSteps = 10_000
    private static let mostBytes = 4 << 20

    /// Throws `ScenarioFaults` with every fault that it has. What is made up for its world follows from `seed`, or else from what
    /// is written there.
    init(reading path: String, seed: WorldSeed?, environment: [String: String]) throws {
        let reading = Reading(file: path, environment: environment, files: .system, landlock: 0)
        let document = try ScenarioFile.document(path)
        for refusal in document.refusals { reading.note(Fault(refusal, in: path)) }
        let root = Section(document.root, key: "", reading)
        world = root.node("world") == nil ? nil : ScenarioFile.world(root, seed)
        processes =
            root.node("processes").map { node in
                ScenarioProcess.read(Simulator.Written(node)) { ScenarioFile.note($0, 1, of: path, reading) }
            } ?? []
        let written = root.node("steps").map { Simulator.Written($0) }
        root.finish()
        var lines: [Scenario.Line] = []
        if case .list(let list) = written?.content, (1...ScenarioFile.mostSteps).contains(list.count) {
            for written in list { ScenarioFile.read(written, of: path, into: &lines, reading) }
        } else {
            let complaint = "a scenario has steps: with a list of 1 to \(ScenarioFile.mostSteps)"
            reading.note(Fault(.file(path, line: written?.line ?? 1, column: 1), complaint))
        }
        guard reading.faults.isEmpty else { throw ScenarioFaults(faults: reading.faults.sorted()) }
        scenario = Scenario(file: path, lines: lines)
    }

    private static func document(_ path: String) throws -> YAMLDocument {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: mostBytes) } catch {
            throw ScenarioFaults(faults: [Fault(.file(path, line: 1, column: 1), "cannot be read: \(error.reason)")])
        }
        do throws(YAMLError) { return try YAMLDocument(bytes) } catch {
            throw ScenarioFaults(faults: [Fault(error, in: path)])
        }
    }

    private static func world(_ root: Section, _ seed: WorldSeed?) -> World? {
        var world: World?
        root.section("world") { world = World($0, seed: seed) }
        return world
    }

    private static func read(
        _ written: Simulator.Written, of path: String, into lines: inout [Scenario.Line], _ reading: Reading
    ) {
        let number = written.line ?? 1
        do throws(StepFault) {
            lines.append(Scenario.Line(number: number, step: try Step(written)))
        } catch {
            note(error, number, of: path, reading)
        }
    }

    /// Notes a fault at its line, or else at `line`.
    private static func note(_ fault: StepFault, _ line: Int, of path: String, _ reading: Reading) {
        reading.note(Fault(.file(path, line: fault.line ?? line, column: 1), fault.description))
    }
}

extension Fault {
    fileprivate init(_ error: YAMLError, in file: String) {
        self.init(.file(file, line: error.position.line, column: error.position.column), error.message)
    }
}
