import HTTP
import System

/// Measures how fast the frames of a WebSocket are read, on one core: 1 KiB of text each, as either end sends them.
enum WebSocketFrames {
    private static let rounds = 9
    private static let repetitions = 500
    private static let frames = 64

    static func run() throws {
        // 1,024 bytes of letters; 341 Chinese characters of three bytes each.
        for (name, text) in [("latin", "a text of words "), ("chinese", "你")] {
            let payload = Array(String(repeating: text, count: 1024 / text.utf8.count).utf8)
            for sender in [WebSocketSide.server, .client] {
                let rate = try framesPerSecond(payload, from: sender)
                StandardOutput.write("\(name)_\(sender == .client ? "masked" : "unmasked")_per_second \(rate)\n")
            }
        }
    }

    /// The median of rounds.
    private static func framesPerSecond(_ payload: [UInt8], from sender: WebSocketSide) throws -> Int {
        let mask = sender == .client ? WebSocketMask([0x37, 0xFA, 0x21, 0x3D]) : nil
        let frame = WebSocketFrame(.text, payload).encoded(mask)
        let stream = (0..<frames).flatMap { _ in frame }
        var rates: [Int] = []
        for _ in 0..<rounds {
            let start = MonotonicTime.now
            var decoder = WebSocketDecoder(from: sender, maxMessage: 4 << 20)
            var count = 0
            for _ in 0..<repetitions {
                var input = stream[...]
                while try decoder.next(from: &input) != nil { count += 1 }
            }
            rates.append(count * 1_000_000_000 / Int(MonotonicTime.now.since(start).inNanoseconds))
        }
        return rates.sorted()[rounds / 2]
    }
}
