import SeededTesting
import TOML
import Testing

@Suite struct TOMLRandomTests {
    @Test("whatever is made of pieces of TOML is read within its limits, or refused at a place within the text")
    func pieces() throws {
        var numbers = SeededNumbers()
        let pieces = [
            "a", "b", "\"k\"", "'q'", ".", "=", " = ", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", " ", "\t",
            "# r\n",
            "1", "1_0", "0x1F", "true", "2024-01-02", "07:32:00", "1e5", "\"\"\"", "'''", "\\", "\\u00e9", "\"", "'",
            "é",
            "\u{1}", "\u{FEFF}", "[a]\n", "[[l]]\n", "a.b = 1\n", "x = {y = [1, 2]}\n",
        ]
        var limits = TOMLLimits()
        limits.values = 40
        limits.depth = 5
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...30, using: &numbers)
            let text = (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            check(Array(text.utf8), limits)
        }
    }

    @Test("bytes that were changed at random are read within the limits, or refused at a place within the text")
    func bentBytes() throws {
        var numbers = SeededNumbers()
        let whole = Array(
            """
            # cc-connect
            language = "zh"
            [[projects]]
            name = "my-backend"
            [projects.agent.options]
            work_dir = '/srv/x'
            args = ["a", "b\\u00e9", 3, 1.5e3, 1979-05-27 07:32:00Z]
            env = { A = "1", B = true }
            [[projects.platforms]]
            type = "wecom"
            text = \"\"\"
            one \\
              two\"\"\"
            """.utf8)
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &numbers), at: place)
                }
            }
            check(bytes, TOMLLimits())
        }
    }

    private func check(_ bytes: [UInt8], _ limits: TOMLLimits) {
        do throws(TOMLError) {
            let root = try TOMLDocument(bytes, limits: limits).root
            var seen = Seen()
            seen.take(root, depth: 1)
            #expect(seen.values <= limits.values && seen.depth <= limits.depth && !seen.hasTwins, "\(bytes)")
        } catch {
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            #expect(lines.indices.contains(error.position.line - 1), "\(error) of \(bytes)")
            let length = lines[min(lines.count, error.position.line) - 1].count
            #expect((1...length + 2).contains(error.position.column), "\(error) of \(bytes)")
        }
    }
}

private struct Seen {
    var values = 0
    var depth = 0
    var hasTwins = false

    mutating func take(_ table: TOMLTable, depth: Int) {
        self.depth = max(self.depth, depth)
        if Set(table.entries.map { Array($0.key.utf8) }).count < table.entries.count { hasTwins = true }
        for entry in table.entries { take(entry.value, depth: depth) }
    }

    private mutating func take(_ node: TOMLNode, depth: Int) {
        values += 1
        switch node.content {
        case .string, .word: break
        case .array(let elements): for element in elements { take(element, depth: depth + 1) }
        case .table(let table): take(table, depth: depth + 1)
        }
    }
}
