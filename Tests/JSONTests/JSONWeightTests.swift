import JSON
import SeededTesting
import Testing

@Suite struct JSONWeightTests {
    @Test("a text of nothing but values is refused before any is made", arguments: JSONShape.allCases)
    func refused(shape: JSONShape) throws {
        let text = shape.text(ofBytes: 100_000)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text, limits: JSONLimits(base: 1000)) }
        #expect(error?.isTooMuch == true)
        #expect(error?.description.hasPrefix("too many values: ") == true)
        #expect((error?.offset ?? .max) < text.count)
    }

    @Test(
        "a text without escapes is weighed as what becomes of it, and a little for each container", arguments: 0..<300)
    func weighed(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let value = randomValue(depth: 5, &numbers)
        let (bytes, weight) = (value.bytes, value.weight)
        #expect(throws: JSONError.self, "seed \(seed)") {
            try JSONValue(parsing: bytes, limits: JSONLimits(perByte: 0, most: weight - 1))
        }
        let enough = weight + 8 * containers(in: value)
        #expect(try JSONValue(parsing: bytes, limits: JSONLimits(perByte: 0, most: enough)) == value, "seed \(seed)")
    }

    @Test("the room for values grows with the text, to a limit", arguments: JSONShape.allCases)
    func limits(shape: JSONShape) throws {
        let limits = JSONLimits(base: 100, perByte: 2, most: 1000)
        #expect(limits.weight(ofText: 0) == 100)
        #expect(limits.weight(ofText: 200) == 500)
        #expect(limits.weight(ofText: .max) == 1000)
        #expect(JSONLimits.stored.weight(ofText: .max) == .max)
        // Whatever it becomes, what we keep is read again.
        #expect(throws: Never.self) { try JSONValue(parsing: shape.text(ofBytes: 5_000), limits: .stored) }
        let stored = JSONLimits.stored
        #expect(throws: Never.self) {
            try JSONValue(
                parsing: shape.text(ofBytes: 5_000), limits: JSONLimits(base: 0, perByte: stored.perByte, most: .max))
        }
    }

    @Test("an array of many elements has no room for as many more")
    func exact() throws {
        let array = try #require(try JSONValue(parsing: JSONShape.zeros.text(ofBytes: 66_000)).array)
        #expect(array.count == 33_000)
        #expect(array.capacity < 34_000)
    }

    @Test("an everyday document is far from its limit")
    func everyday() throws {
        let chunk = #"{"id":"c1","choices":[{"index":0,"delta":{"content":"你好"},"finish_reason":null}],"usage":null}"#
        #expect(try JSONValue(parsing: Array(chunk.utf8)).weight < 1000)
    }

    @Test(
        "broken texts are refused, however heavy they would be",
        arguments: ["[[[", "[0,0", #"["\"#, #"{"a""#, "[}]", "]]]"])
    func broken(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8), limits: .stored) }
    }

    @Test("names are the same when their bytes are")
    func names() throws {
        let value = try JSONValue(parsing: Array("{\"\u{212A}\":1,\"K\":2,\"e\u{301}\":3,\"é\":4}".utf8))
        #expect(value["K"] == 2)
        #expect(value["\u{E9}"] == 4)
    }

    private func containers(in value: JSONValue) -> Int {
        switch value {
        case .array(let elements): elements.reduce(1) { $0 + containers(in: $1) }
        case .object(let members): members.reduce(1) { $0 + containers(in: $1.value) }
        default: 0
        }
    }

    private func randomValue(depth: Int, _ numbers: inout SeededNumbers) -> JSONValue {
        let count = Int.random(in: 0...5, using: &numbers)
        switch Int.random(in: 0...(depth > 0 ? 5 : 3), using: &numbers) {
        case 0: return [nil, true, false][Int.random(in: 0...2, using: &numbers)]
        case 1: return .integer(Int64(truncatingIfNeeded: numbers.next()))
        case 2: return .number(0.5)
        case 3: return .string(randomText(&numbers))
        case 4: return .array((0..<count).map { _ in randomValue(depth: depth - 1, &numbers) })
        default:
            return .object(
                (0..<count).map { _ in .init(randomText(&numbers), randomValue(depth: depth - 1, &numbers)) })
        }
    }

    private func randomText(_ numbers: inout SeededNumbers) -> String {
        String(repeating: "企", count: Int.random(in: 0...8, using: &numbers))
    }
}
