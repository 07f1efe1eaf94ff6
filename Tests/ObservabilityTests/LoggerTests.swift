import JSON
import Observability
import System
import Testing

@Suite struct LoggerTests {
    @Test("a line is one JSON object: time, level, message, then the fields in the order they were bound")
    func json() throws {
        let lines = try written { logger in
            logger.with([.app: "desk", .job: nil]).warning("it \"broke\"\nhere", [.attempt: 2, .error: "no\u{1B}[0m"])
        }
        let line = try JSONValue(parsing: Array(try #require(lines.first).utf8))
        guard case .object(let members) = line else { return #expect(Bool(false), "no object: \(lines)") }
        #expect(members.map(\.name) == ["at", "level", "message", "app", "attempt", "error"])
        #expect(line["level"] == "warning")
        #expect(line["message"] == "it \"broke\"\nhere")
        #expect(line["attempt"] == 2)
        #expect(lines.count == 1)
    }

    @Test("the text form keeps to one line whatever stands in a message")
    func text() throws {
        let lines = try written(.text) { $0.error("a\nb\u{1B}c", [.app: "x\ry", .attempt: 3]) }
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix(" ERROR a b c  app=x y  attempt=3") == true)
    }

    @Test("lines for people have the time of the place that they are for, and the others UTC")
    func zone() throws {
        func written(_ zone: TimeZone, _ format: LogSink.Format) -> (line: String, at: Timestamp) {
            let bytes = Lock<[UInt8]>([])
            let sink = LogSink(format: format, zone: zone) { more in bytes.withLock { $0 += more } }
            let at = Timestamp.now
            Logger(to: sink).info("m")
            sink.close()
            return (String(decoding: bytes.withLock { $0 }, as: UTF8.self), at)
        }
        for (zone, format, offset) in [
            (TimeZone.shanghai, LogSink.Format.text, Duration.seconds(8 * 3600)), (.utc, .text, .zero),
            (.shanghai, .json, .zero),
        ] {
            let (line, at) = written(zone, format)
            // A line may be written in the hour that begins after we looked at the clock.
            let hours = [Duration.zero, .seconds(60)].map { at.advanced(by: offset + $0).timeOfDay.prefix(3) }
            #expect(hours.contains { format == .json ? line.contains("T\($0)") : line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test("lines below the level are not even put together", arguments: LogLevel.allCases)
    func levels(level: LogLevel) throws {
        let composed = Lock(0)
        func message() -> String {
            composed.withLock { $0 += 1 }
            return "m"
        }
        let lines = try written(level: level) { logger in
            logger.debug(message())
            logger.info(message())
            logger.warning(message())
            logger.error(message())
        }
        let expected = LogLevel.allCases.count { $0 >= level }
        #expect(lines.count == expected)
        #expect(composed.withLock { $0 } == expected)
    }

    @Test("what comes beyond the capacity is dropped and counted, never waited for")
    func overflow() {
        let mayWrite = Lock(false)
        let gate = BlockingQueue<Int>(capacity: 1)
        let taken = BlockingQueue<Int>(capacity: 1)
        let lines = Lock(0)
        let sink = LogSink(format: .text, capacity: 4) { bytes in
            lines.withLock { $0 += bytes.count { $0 == UInt8(ascii: "\n") } }
            if mayWrite.withLock({ $0 }) { return }
            _ = taken.push(1)
            _ = gate.pop(max: 1)
        }
        let logger = Logger(to: sink)
        logger.info("the one being written")
        _ = taken.pop(max: 1)
        for _ in 0..<10 { logger.info("more") }
        #expect(sink.droppedLines == 6)
        mayWrite.withLock { $0 = true }
        _ = gate.push(1)
        sink.close()
        #expect(lines.withLock { $0 } == 5)
        logger.info("too late")
        #expect(sink.droppedLines == 7)
    }

    @Test("a reader that is stuck does not keep the sink from closing", .timeLimit(.minutes(1)))
    func stuckReader() {
        let (isStuck, gate) = (BlockingQueue<Int>(capacity: 1), BlockingQueue<Int>(capacity: 1))
        let sink = LogSink(format: .text) { _ in
            _ = isStuck.push(1)
            _ = gate.pop(max: 1)
        }
        let logger = Logger(to: sink)
        logger.info("one that is never read")
        _ = isStuck.pop(max: 1)
        sink.close()
        logger.info("too late")
        #expect(sink.droppedLines == 1)
        gate.close()
    }

    /// The lines that `body` has written.
    private func written(
        _ format: LogSink.Format = .json,
        level: LogLevel = .info,
        _ body: (Logger) -> Void
    ) throws -> [String] {
        let bytes = Lock<[UInt8]>([])
        let sink = LogSink(format: format) { more in bytes.withLock { $0 += more } }
        body(Logger(to: sink, level: level))
        sink.close()
        let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }
}
