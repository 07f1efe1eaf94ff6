/// A ZIP archive with one file in it, as it is.
func zipArchive(of bytes: [UInt8], named name: String) -> [UInt8] {
    let name = Array(name.utf8)
    // Version 2.0, names in UTF-8, stored, the first of January 1980.
    let common =
        little(20, 2) + little(0x800, 2) + little(0, 2) + little(0, 2) + little(0x21, 2) + little(crc32(of: bytes), 4)
        + little(UInt32(bytes.count), 4) + little(UInt32(bytes.count), 4) + little(UInt32(name.count), 2) + little(0, 2)
    let entry = little(0x0403_4B50, 4) + common + name + bytes
    let listing =
        little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
        + little(0, 4) + little(0, 4) + name
    let end =
        little(0x0605_4B50, 4) + little(0, 2) + little(0, 2) + little(1, 2) + little(1, 2)
        + little(UInt32(listing.count), 4) + little(UInt32(entry.count), 4) + little(0, 2)
    return entry + listing + end
}

private func little(_ number: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
}

/// Bit by bit: it is a handful of bytes.
private func crc32(of bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
}
