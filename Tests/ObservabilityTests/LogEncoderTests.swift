import JSON
import System
import Testing

@testable import Observability

@Suite struct LogEncoderTests {
    @Test("every line has its own time, whatever time the line before had")
    func times() throws {
        let times: [Int64] = [0, 7, 999, 1000, 1_795_167_780_045, 1_795_167_780_999, 1_795_167_781_000, 999, -1, -1500]
        let bytes = encoded(
            times.map { LogLine(at: Timestamp(milliseconds: $0), level: .info, message: "", fields: []) })
        let lines = try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
        #expect(lines.map { $0["at"]?.string } == times.map { Timestamp(milliseconds: $0).description })
    }

    @Test("a line is what the same object is as a JSON value")
    func object() {
        let line = LogLine(
            at: Timestamp(milliseconds: 1_795_167_780_045), level: .error, message: "a \"b\"\n你",
            fields: [.init("list", [1, nil, "x"]), .init("a \\ b", .null)])
        let value: JSONValue = [
            "at": .string(line.at.description), "level": "error", "message": "a \"b\"\n你", "list": [1, nil, "x"],
            "a \\ b": nil,
        ]
        #expect(encoded([line]) == value.bytes + [UInt8(ascii: "\n")])
    }

    private func encoded(_ lines: [LogLine]) -> [UInt8] {
        var encoder = LogEncoder(format: .json)
        return encoder.bytes(of: lines)
    }
}
