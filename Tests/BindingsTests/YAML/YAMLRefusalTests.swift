import Testing
import YAML

@Suite struct YAMLRefusalTests {
    @Test(
        "what we refuse is told with its place and without its text",
        arguments: [
            ("a: 1\nb: 2\na: 3", "3:1: a stands here a second time, first on line 1: keep one"),
            ("a: &hidden 1", "1:4: begins with &, a YAML anchor: remove it, or put the value in quotes"),
            ("a: *hidden", "1:4: begins with *, a YAML alias: write the value out, or put it in quotes"),
            ("a: !hidden 1", "1:4: begins with !, a YAML tag: remove it, or put the value in quotes"),
            ("a: !!str 1", "1:4: begins with !, a YAML tag: remove it, or put the value in quotes"),
            ("a: 1\n---\nb: 2", "2:1: begins a second document: only one is read, so remove the line ---"),
            ("? [a, b]\n: 1", "1:3: is a key of several parts: a key is a word"),
        ]
    )
    func refused(text: String, refusal: String) throws {
        #expect(try YAMLDocument(Array(text.utf8)).refusals.map(\.description) == [refusal])
    }

    @Test("several refusals are told together, in order")
    func several() throws {
        let document = try YAMLDocument(Array("a: *x\nb: {c: !y 1, c: 2}\na: 1".utf8))
        #expect(document.refusals.map(\.position.line) == [1, 2, 2, 3])
    }

    @Test(
        "a text that is no YAML is refused with its place",
        arguments: [
            ("a: 1\n\tb: 2", YAMLPosition(line: 2, column: 1)), ("a: [1, 2", YAMLPosition(line: 1, column: 9)),
            ("a: 'open", YAMLPosition(line: 1, column: 9)), ("a: b: c", YAMLPosition(line: 1, column: 5)),
            ("a: {b: 1]", YAMLPosition(line: 1, column: 9)),
        ]
    )
    func broken(text: String, position: YAMLPosition) {
        #expect { try YAMLDocument(Array(text.utf8)) } throws: { ($0 as? YAMLError)?.position == position }
    }

    @Test("a tab is called a tab")
    func tab() {
        #expect(throws: YAMLError(at: .init(line: 2, column: 1), "is a tab: YAML is indented with spaces only")) {
            try YAMLDocument(Array("a:\n\tb: 2".utf8))
        }
    }

    @Test("a control character has a place, although libyaml knows its offset only")
    func control() {
        let error = YAMLError(at: .init(line: 2, column: 5), "is a control character (U+0007): remove it")
        #expect(throws: error) { try YAMLDocument(Array("a: 1\nb: 企\u{7}业\n".utf8)) }
        #expect(throws: YAMLError.self) { try YAMLDocument(Array("a: \0".utf8)) }
    }

    @Test("bytes that are no UTF-8 are refused with their place")
    func notText() {
        let error = YAMLError(at: .init(line: 2, column: 2), "is not readable as text: the file must be UTF-8")
        #expect(throws: error) { try YAMLDocument(Array("a: 1\nb".utf8) + [0xFF, 0xFE]) }
    }
}
