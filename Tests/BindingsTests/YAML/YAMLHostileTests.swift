import Testing
import YAML

@Suite struct YAMLHostileTests {
    @Test("a bomb of aliases stays as small as it is written")
    func aliasBomb() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...20 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let document = try YAMLDocument(Array(text.utf8))
        #expect(document.refusals.count == 21 + 40)
    }

    @Test("nesting ends at the limit", arguments: ["[", "{a: ", "- ", "? "])
    func depth(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect { try YAMLDocument(Array(text.utf8)) } throws: {
            ($0 as? YAMLError)?.message == "is nested too deeply: at most 32 levels are read"
        }
    }

    @Test("a document of too many values is refused at the first that is too many")
    func nodes() {
        var limits = YAMLLimits()
        limits.nodes = 4
        #expect(throws: YAMLError(at: .init(line: 4, column: 3), "is one value too many: at most 4 are read")) {
            try YAMLDocument(Array("- a\n- b\n- c\n- d\n".utf8), limits: limits)
        }
        #expect(throws: Never.self) { try YAMLDocument(Array("- a\n- b\n- c\n".utf8), limits: limits) }
    }

    @Test("a document that is too long is not even looked at")
    func bytes() {
        var limits = YAMLLimits()
        limits.bytes = 8
        #expect(throws: YAMLError(at: .start, "is 9 bytes long: at most 8 are read")) {
            try YAMLDocument(Array("a: 345678".utf8), limits: limits)
        }
    }

    @Test("random bytes and random YAML are read or refused, with a place inside the text")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = Generator(state: seed)
        let pieces = [
            "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "&x", "*x", "!t", "#", "\t", "?",
            "\0", "企", "---\n",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }
            let bytes = Array(text.joined().utf8)
            do {
                _ = try YAMLDocument(bytes)
            } catch {
                let lines = bytes.count { $0 == 10 } + 1
                #expect((1...lines).contains(error.position.line), "seed \(seed): \(bytes)")
                #expect((1...bytes.count + 1).contains(error.position.column), "seed \(seed): \(bytes)")
            }
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
