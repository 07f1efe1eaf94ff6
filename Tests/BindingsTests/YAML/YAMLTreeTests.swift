import Testing
import YAML

@Suite struct YAMLTreeTests {
    @Test("a mapping keeps its order, and every value its line and column")
    func order() throws {
        let root = try YAMLDocument(Array("b: 1\na:\n  - x\n  - {k: v}\n".utf8)).root
        guard case .mapping(let mapping) = root.content else { throw NotThatKind() }
        #expect(mapping.entries.map(\.key) == ["b", "a"])
        #expect(mapping["b"]?.start == YAMLPosition(line: 1, column: 4))
        guard case .sequence(let elements) = mapping["a"]?.content else { throw NotThatKind() }
        #expect(elements.map(\.start) == [YAMLPosition(line: 3, column: 5), YAMLPosition(line: 4, column: 5)])
    }

    @Test(
        "a scalar says whether it was quoted, and nothing of what it means",
        arguments: [
            ("no", YAMLScalar("no", isPlain: true)), ("012", YAMLScalar("012", isPlain: true)),
            ("'no'", YAMLScalar("no", isPlain: false)), (#""a\tb""#, YAMLScalar("a\tb", isPlain: false)),
            ("~", YAMLScalar("~", isPlain: true)), ("|\n  one\n  two\n", YAMLScalar("one\ntwo\n", isPlain: false)),
        ]
    )
    func scalars(text: String, scalar: YAMLScalar) throws {
        let root = try YAMLDocument(Array("k: \(text)".utf8)).root
        guard case .mapping(let mapping) = root.content else { throw NotThatKind() }
        #expect(mapping["k"]?.content == .scalar(scalar))
    }

    @Test("an empty text is an empty mapping", arguments: ["", "\n\n", "# only a comment\n"])
    func empty(text: String) throws {
        let document = try YAMLDocument(Array(text.utf8))
        #expect(document.root.content == .mapping(YAMLMapping([])))
        #expect(document.refusals.isEmpty)
    }

    @Test("columns count characters, not bytes")
    func columns() throws {
        let document = try YAMLDocument(Array("{企业: 1, 企业: 2}".utf8))
        #expect(document.refusals.map(\.position) == [YAMLPosition(line: 1, column: 9)])
    }
}

private struct NotThatKind: Error {}
