import SeededTesting
import Testing

@testable import RouterServer

@Suite struct ImportRandomTests {
    @Test("whatever becomes of a file, its import ends with a configuration that can be read, or with a reason")
    func bent() throws {
        var numbers = SeededNumbers()
        let samples = [
            ConfigurationSample.hermes, ImportSample.openClaw, ImportSample.ccConnect, ImportSample.cowAgent,
            ImportSample.maven, ImportSample.loongClaw, ImportSample.hermesVariables,
        ]
        for round in 0..<2100 {
            var bytes = Array(samples[round % samples.count].utf8)
            for _ in 0..<Int.random(in: 0...6, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &numbers)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: Array("${\"'\\ é\n".utf8), at: place)
                default:
                    let end = min(bytes.count, place + Int.random(in: 1...40, using: &numbers))
                    bytes.removeSubrange(place..<end)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let done = try imported(
                    text, from: round % 5 == 0 ? ForeignKind.allCases.randomElement(using: &numbers) : nil)
                if done.draft.apps.isEmpty { continue }
                _ = try done.tried(environment: [:])
            } catch ConfigurationError.faults(let faults, _) {
                // Nothing is wrong with what we write: only with what they wrote.
                for fault in faults {
                    guard case .file("theirs", _, _) = fault.place else {
                        Issue.record("\(fault) of \(text)")
                        continue
                    }
                }
            } catch is ImportFailure {}
        }
    }
}
