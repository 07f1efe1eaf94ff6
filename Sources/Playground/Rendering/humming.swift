import System

/// A sound of that length, at most a minute: WAV with a sample a byte, 8,000 of them a second, of a hum that swells and fades.
func humming(for length: Duration) -> [UInt8] {
    let rate = 8000
    let milliseconds = min(max(length.inMilliseconds, 0), 60_000)
    let count = Int(milliseconds) * rate / 1000
    var bytes = Array("RIFF".utf8) + little(UInt32(36 + count)) + Array("WAVEfmt ".utf8) + little(16)
    // One channel, unmodulated.
    bytes += [1, 0, 1, 0] + little(UInt32(rate)) + little(UInt32(rate)) + [1, 0, 8, 0]
    bytes += Array("data".utf8) + little(UInt32(count))
    bytes.reserveCapacity(bytes.count + count)
    for sample in 0..<count {
        // Triangles: one of 160 Hz within one that takes two fifths of a second.
        let (wave, swell) = (triangle(sample % 50, of: 50), triangle(sample % 3200, of: 3200))
        bytes.append(UInt8(128 + (wave - 50) * swell / 100))
    }
    return bytes
}

/// Rises from 0 to 100 and falls back.
private func triangle(_ place: Int, of period: Int) -> Int { 100 - abs(period - 2 * place) * 100 / period }

private func little(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
