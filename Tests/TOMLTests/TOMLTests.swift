import TOML
import Testing

@Suite struct TOMLTests {
    @Test("tables, arrays of tables, dotted keys and inline tables become one tree in the order of the document")
    func tree() throws {
        let text = """
            title = "one" # a remark
            [a.b]
            c.d = 1
            c.e = [1, 2, # two
              3,]
            [[list]]
            name = 'first'
            [list.inner]
            x = {y = true, "z w" = "v"}
            [[list]]
            name = "second"
            [a]
            late = 2024-05-27 07:32:00Z
            """
        #expect(
            try shape(text)
                == "{title=one a={b={c={d=1 e=[1 2 3]}} late=2024-05-27 07:32:00Z} "
                + "list=[{name=first inner={x={y=true z w=v}}} {name=second}]}")
    }

    @Test(
        "texts are read as their quotes say",
        arguments: [
            (#"a = "tab\t quote\" \\ \u00e9 \U0001F600""#, "tab\t quote\" \\ é 😀"),
            (#"a = 'C:\new'"#, #"C:\new"#),
            ("a = \"\"\"\none\ntwo\"\"\"", "one\ntwo"),
            ("a = \"\"\"one \\\n\n   two\"\"\"", "one two"),
            ("a = '''\none\\\n'''", "one\\\n"),
            ("a = \"\"\"\"quoted\"\"\"\"\"", "\"quoted\"\""),
            ("a = \"one\r\n".replacing("\r\n", with: "\"\r\n"), "one"),
            ("\u{FEFF}a = \"marked\"", "marked"),
        ])
    func strings(text: String, value: String) throws {
        #expect(try TOMLDocument(Array(text.utf8)).root.entries.map(\.value.content) == [.string(value)])
    }

    @Test(
        "numbers, times and truths stay words",
        arguments: [
            ("1_000", "1000"), ("-17", "-17"), ("+0", "+0"), ("0xDEAD_beef", "0xDEADbeef"), ("0o755", "0o755"),
            ("0b1_0", "0b10"), ("3.14", "3.14"), ("6.6e-3_4", "6.6e-34"), ("1e6", "1e6"), ("inf", "inf"),
            ("-nan", "-nan"),
            ("true", "true"), ("1979-05-27", "1979-05-27"), ("07:32:00.5", "07:32:00.5"),
            ("1979-05-27T00:32:00.99-07:00", "1979-05-27T00:32:00.99-07:00"),
        ])
    func words(text: String, value: String) throws {
        #expect(
            try TOMLDocument(Array("a = \(text)\n".utf8)).root.entries.map(\.value.content) == [.word(value)])
    }

    @Test(
        "what is no TOML is refused at its place",
        arguments: [
            ("a = 1\na = 2", 2, 1), ("a", 1, 2), ("a = ", 1, 5), ("a = yes", 1, 5), ("a = 012", 1, 5),
            ("a = 1__0", 1, 5), ("a = 1.", 1, 5), ("a = 1 b = 2", 1, 7), ("[a]\n[a]", 2, 2), ("[a]\n[[a]]", 2, 3),
            ("[[a]]\n[a]", 2, 2), ("a = 1\n[a.b]", 2, 2), ("a = {b = 1}\na.c = 2", 2, 1),
            ("a = {b = 1}\n[a.c]", 2, 2), ("[a.b]\n[a]\nb.c = 1", 3, 1), ("[a\nb = 1", 1, 3), ("[[a]\n", 1, 5),
            ("a = \"one\ntwo\"", 1, 9), ("a = 'one", 1, 9), ("a = \"\"\"one", 1, 11), ("a = \"\\x\"", 1, 6),
            ("a = \"\\uD800\"", 1, 6), ("a = [1 2]", 1, 8), ("a = {b = 1,}", 1, 12), ("a = 1 # \u{1}", 1, 9),
            ("a = \"\u{1}\"", 1, 6), ("é = 1", 1, 1), ("a = \"é\" x", 1, 9), ("= 1", 1, 1), ("a. = 1", 1, 4),
            ("a = 1\r", 1, 6),
        ])
    func faults(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: TOMLError.self) { try TOMLDocument(Array(text.utf8)) }
        #expect(error.position == TOMLPosition(line: line, column: column), "\(error)")
    }

    @Test("an error names keys but repeats no value")
    func secrets() throws {
        for text in [
            "token = hushhush", "token = \"hushhush", "token = 1\ntoken = \"hushhush\"", "t = [\"hushhush\" 1]",
        ] {
            let error = try #require(throws: TOMLError.self) { try TOMLDocument(Array(text.utf8)) }
            #expect(!error.description.contains("hushhush"))
        }
    }

    @Test("what is larger, deeper or fuller than the limits is refused, and what meets them is read")
    func limits() throws {
        var limits = TOMLLimits()
        limits.bytes = 64
        limits.values = 8
        limits.depth = 6
        limits.keyBytes = 5
        func fits(_ text: String) -> Bool { (try? TOMLDocument(Array(text.utf8), limits: limits)) != nil }
        #expect(
            fits("a = '\(String(repeating: "x", count: 58))'") && !fits("a = '\(String(repeating: "x", count: 59))'"))
        #expect(fits("a = [1,2,3,4,5,6]") && !fits("a = [1,2,3,4,5,6,7]"))
        #expect(fits("a = [[[[]]]]") && !fits("a = [[[[[]]]]]"))
        #expect(fits("a.b.c.d = 1") && !fits("a.b.c.d.e.f = 1"))
        #expect(fits("[a.b.c.d.e]") && !fits("[a.b.c.d.e.f]"))
        #expect(fits("abcde = 1") && !fits("abcdef = 1"))
        #expect(throws: TOMLError.self) { try TOMLDocument([0x61, 0x3D, 0x22, 0xFF, 0x22]) }
    }
}

/// A document in short, for comparisons.
func shape(_ text: String) throws -> String {
    func shape(_ node: TOMLNode) -> String {
        switch node.content {
        case .string(let text), .word(let text): text
        case .array(let elements): "[\(elements.map(shape).joined(separator: " "))]"
        case .table(let table): "{\(table.entries.map { "\($0.key)=\(shape($0.value))" }.joined(separator: " "))}"
        }
    }
    let root = try TOMLDocument(Array(text.utf8)).root
    return "{\(root.entries.map { "\($0.key)=\(shape($0.value))" }.joined(separator: " "))}"
}
