/// A document made to cost its reader more than others of its size.
package struct HostileDocument: Sendable, CustomStringConvertible {
    package let name: String
    package let bytes: [UInt8]

    package var description: String { name }

    /// `head`, then `piece` as often as fits, then `tail`: `size` bytes at most.
    init(_ name: String, _ head: String, repeating piece: (Int) -> String, _ tail: String = "", size: Int) {
        var bytes = Array(head.utf8)
        var number = 0
        while true {
            let next = piece(number).utf8
            guard bytes.count + next.count + tail.utf8.count <= size else { break }
            bytes += next
            number += 1
        }
        self.name = name
        self.bytes = bytes + Array(tail.utf8)
    }

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Short names, each another: a, b, … aa, ab, …
func letters(_ number: Int) -> String {
    var (rest, name) = (number, "")
    repeat {
        name.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "a") + UInt8(rest % 26)))
        rest = rest / 26
    } while rest > 0
    return name
}
