/// Measures how long an AMR file speaks: 20 ms for each of its frames, whose sizes follow from their first bytes.
///
/// Nil for what has no whole frame. A frame that the file's end cuts off does not count.
package func voiceLength(ofAMR bytes: [UInt8]) -> Duration? {
    let start = "#!AMR\n".utf8.count
    guard bytes.starts(with: "#!AMR\n".utf8) else { return nil }
    var (place, frames) = (start, 0)
    while place < bytes.count {
        place += frameSizes[Int(bytes[place] >> 3 & 15)]
        if place <= bytes.count { frames += 1 }
    }
    return frames == 0 ? nil : .milliseconds(20 * frames)
}

/// By the mode in a frame's first byte, which is counted: eight rates of speech, four of comfort noise, three reserved
/// ones and "nothing was sent".
private let frameSizes = [13, 14, 16, 18, 20, 21, 27, 32, 6, 7, 6, 6, 1, 1, 1, 1]
