import JSON
import SeededTesting
import Testing

@Suite struct JSONWriterTests {
    @Test("values are written compactly, members in their order, nothing escaped without need")
    func compact() {
        let value: JSONValue = ["z": [1, true, nil], "a": "你/é\u{7F}", "n": .number(0.1)]
        #expect(value.text == "{\"z\":[1,true,null],\"a\":\"你/é\u{7F}\",\"n\":0.1}")
    }

    @Test("quotes, backslashes and control characters are escaped")
    func escapes() {
        #expect(JSONValue.string("\"\\\n\r\t\0\u{1F}").text == #""\"\\\n\r\t\u0000\u001f""#)
        #expect(JSONValue.string("a\n你\"b\n\n\u{1}c").text == #""a\n你\"b\n\n\u0001c""#)
    }

    @Test("a number that JSON cannot say becomes null")
    func notFinite() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[null,null]")
    }

    @Test("members, elements and texts are found where they are, and nil elsewhere")
    func access() {
        let value: JSONValue = ["id": 7, "name": "x", "flag": true, "list": [1]]
        #expect(value["id"]?.integer == 7)
        #expect(value["id"]?.stringOrInteger == "7")
        #expect(value["name"]?.stringOrInteger == "x")
        #expect(value["flag"]?.bool == true)
        #expect(value["list"]?.array == [1])
        #expect(value["name"]?.integer == nil)
        #expect(value["id"]?["x"] == nil)
        #expect(value["flag"]?.stringOrInteger == nil)
    }

    @Test("what is written reads back as it was", arguments: 0..<300)
    func roundTrip(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let value = randomValue(depth: 4, &numbers)
        #expect(try JSONValue(parsing: value.bytes) == value, "seed \(seed)")
    }

    @Test("a document with a byte changed is read or refused, never worse", arguments: 0..<300)
    func damaged(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var bytes = randomValue(depth: 4, &numbers).bytes
        for _ in 0..<50 {
            bytes[Int.random(in: bytes.indices, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.bytes)) == value, "seed \(seed)")
        }
    }

    private func randomValue(depth: Int, _ numbers: inout SeededNumbers) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &numbers) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &numbers))
        case 2: return .integer(Int64(truncatingIfNeeded: numbers.next()) >> Int64.random(in: 0...63, using: &numbers))
        case 3:
            let number = Double(bitPattern: numbers.next())
            return .number(number.isFinite ? number : 0.5)
        case 4: return .string(randomText(&numbers))
        case 5: return .array((0..<3).map { _ in randomValue(depth: depth - 1, &numbers) })
        default:
            return .object((0..<3).map { _ in .init(randomText(&numbers), randomValue(depth: depth - 1, &numbers)) })
        }
    }

    private func randomText(_ numbers: inout SeededNumbers) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &numbers) {
            let bound: UInt32 = [0x80, 0x800, 0x11_0000].randomElement(using: &numbers) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<bound, using: &numbers)) { text.append(scalar) }
        }
        return String(text)
    }
}
