import HTTP
import Testing

@Suite("Whose requests pages answer")
struct DoorkeeperTests {
    private func status(_ method: HTTPMethod, _ headers: HTTPHeaders) -> Int? {
        Doorkeeper.loopback.refusal(of: HTTPRequest(method, "/", headers: headers))?.status.code
    }

    @Test(
        "a name of loopback is answered, with any port",
        arguments: ["127.0.0.1:8651", "localhost", "LOCALHOST:1", "[::1]:80"])
    func ownHost(host: String) { #expect(status(.get, ["Host": host]) == nil) }

    @Test(
        "another name is refused, whatever it leads to",
        arguments: ["example.com", "127.0.0.1.example.com", "", "localhost.", "127.0.0.2", "[::2]", "evil@127.0.0.1"])
    func foreignHost(host: String) { #expect(status(.get, ["Host": host]) == 403) }

    @Test("no host, or two, are refused")
    func unclearHost() {
        #expect(status(.get, [:]) == 403)
        #expect(status(.get, ["Host": "localhost", "host": "localhost"]) == 403)
    }

    @Test("what changes something comes from a page of the same origin")
    func ownOrigin() {
        let host = "127.0.0.1:8651"
        #expect(status(.post, ["Host": host, "Sec-Fetch-Site": "same-origin"]) == nil)
        #expect(status(.post, ["Host": host, "Origin": "http://127.0.0.1:8651"]) == nil)
        // A form of a page without referrers.
        #expect(status(.post, ["Host": host, "Sec-Fetch-Site": "same-origin", "Origin": "null"]) == nil)
        #expect(
            status(.post, ["Host": host, "Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8651"]) == nil)
    }

    @Test(
        "what changes something is refused from elsewhere, and where nothing tells",
        arguments: [
            [:], ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "none"],
            ["Origin": "http://example.com"], ["Origin": "http://127.0.0.1:9"], ["Origin": "null"],
            ["Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"],
            ["Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8651"],
        ] as [[String: String]])
    func foreignOrigin(headers: [String: String]) {
        var fields: HTTPHeaders = ["Host": "127.0.0.1:8651"]
        for (name, value) in headers { fields.append(name, value) }
        for method in [HTTPMethod.post, .put, .delete] { #expect(status(method, fields) == 403) }
    }

    @Test("a program that says nothing of where it comes from is answered, for whatever method")
    func programs() {
        for method in [HTTPMethod.get, .post, .delete] { #expect(programStatus(method, [:]) == nil) }
        #expect(programStatus(.post, ["Origin": "http://127.0.0.1:8650"]) == nil)
        #expect(programStatus(.get, ["Sec-Fetch-Site": "none"]) == nil)
        #expect(programStatus(.post, ["Sec-Fetch-Site": "same-origin"]) == nil)
    }

    @Test(
        "a page of another server is refused where programs ask, to read as well",
        arguments: [
            ["Origin": "http://example.com"], ["Origin": "null"], ["Origin": "http://127.0.0.1:9"],
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Host": "example.com"],
        ] as [[String: String]])
    func foreignPrograms(headers: [String: String]) {
        for method in [HTTPMethod.get, .post, .delete] { #expect(programStatus(method, headers) == 403) }
    }

    private func programStatus(_ method: HTTPMethod, _ headers: [String: String]) -> Int? {
        var fields = HTTPHeaders()
        for (name, value) in ["Host": "127.0.0.1:8650"].merging(headers, uniquingKeysWith: { $1 }) {
            fields.append(name, value)
        }
        return Doorkeeper.loopback.refusalOfPrograms(HTTPRequest(method, "/", headers: fields))?.status.code
    }
}
