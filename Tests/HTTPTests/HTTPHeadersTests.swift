import HTTP
import Testing

@Suite struct HTTPHeadersTests {
    @Test("names compare without regard to case, and keep the one they came with")
    func names() {
        var headers: HTTPHeaders = ["Content-Type": "a"]
        headers.append("CONTENT-TYPE", "b")
        #expect(headers["content-type"] == "a")
        #expect(headers.all("Content-type") == ["a", "b"])
        #expect(headers.fields.map(\.name) == ["Content-Type", "CONTENT-TYPE"])
        #expect(headers["content"] == nil)
    }

    @Test("setting replaces every field of the name, nil removes them")
    func setting() {
        var headers: HTTPHeaders = ["a": "1", "b": "2", "A": "3"]
        headers["A"] = "4"
        #expect(headers == ["b": "2", "A": "4"])
        headers["b"] = nil
        headers["a"] = nil
        #expect(headers.isEmpty)
    }

    @Test("only letters have a case: '@' and '`', '[' and '{' stay different")
    func tokens() {
        #expect("aZ-09".isSameToken(as: "Az-09"))
        #expect(!"@".isSameToken(as: "`"))
        #expect(!"[".isSameToken(as: "{"))
        #expect(!"a".isSameToken(as: "ab"))
        #expect(!"K".isSameToken(as: "\u{212A}"))
    }
}
