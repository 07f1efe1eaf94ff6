import JSON
import Testing

@Suite struct JSONParserTests {
    @Test(
        "values are read as RFC 8259 writes them",
        arguments: [
            ("null", JSONValue.null), (" true\r\n\t", true), ("false", false), ("0", 0), ("-0", 0), ("42", 42),
            ("-7", -7),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)), ("1e3", .number(1000)),
            ("-2.5E-1", .number(-0.25)), ("1E+2", .number(100)), ("1.0", .number(1)), ("\"\"", ""), ("[]", []),
            ("{}", [:]),
            ("[1,[2],{\"a\":null}]", [1, [2], ["a": nil]]), ("{ \"a\" : 1 , \"b\" : [ ] }", ["a": 1, "b": []]),
            ("\u{FEFF}1", 1),
        ] as [(String, JSONValue)]
    )
    func values(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", ".5", "1.", "1e", "1e+", "0x1",
            "1 2",
            "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}",
            "{\"a\" 1}", "\"", "\"a", "'a'", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\uD83D\\u12\"",
            "\"a\nb\"",
            "\"a\0b\"", "\"\\", "// a\n1", "[1]]", "\u{FEFF}\u{FEFF}1",
        ]
    )
    func refused(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("escapes become what they mean")
    func escapes() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u4F60\u0000""#) == "\"\\/\u{8}\u{C}\n\r\tAé你\0")
    }

    @Test(
        "surrogates count in pairs; half a pair becomes U+FFFD",
        arguments: [
            (#"\uD83D\uDE00"#, "😀"), (#"\uD83D"#, "\u{FFFD}"), (#"\uDE00"#, "\u{FFFD}"),
            (#"\uDE00\uD83D"#, "\u{FFFD}\u{FFFD}"),
            (#"\uD83Dx"#, "\u{FFFD}x"), (#"\uD83D\n"#, "\u{FFFD}\n"), (#"\uD83D\u0041"#, "\u{FFFD}A"),
            (#"\uD83D\uD83D\uDE00"#, "\u{FFFD}😀"), (#"\uDBFF\uDFFF"#, "\u{10FFFF}"),
        ]
    )
    func surrogates(escaped: String, text: String) throws {
        #expect(try parse("\"\(escaped)\"") == .string(text))
    }

    @Test(
        "a string that is no UTF-8 is refused",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]]
    )
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("\"\\n".utf8) + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("a number beyond all bounds is refused, one too small becomes zero")
    func outOfRange() throws {
        #expect(throws: JSONError.self) { try parse("1e999") }
        #expect(throws: JSONError.self) { try parse("-" + String(repeating: "9", count: 400)) }
        #expect(try parse("1e-999") == .number(0))
    }

    @Test("nesting is allowed to the limit and refused beyond, however deep it goes")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(64)) != .null)
        #expect(throws: JSONError.self) { try parse(nested(65)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
        let siblings = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
        #expect(try parse(siblings).array?.count == 1000)
    }

    @Test("of a member that comes twice the first counts, and both are kept")
    func duplicates() throws {
        let value = try parse(#"{"a":1,"a":2}"#)
        #expect(value["a"] == 1)
        #expect(value == ["a": 1, "a": 2])
    }

    @Test("an error says what is wrong and at which byte")
    func position() {
        let error = #expect(throws: JSONError.self) { try parse("{\"a\": tru}") }
        #expect(error?.description == "not JSON at byte 9: 'true' was expected")
    }

    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
}
