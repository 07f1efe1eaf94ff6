import Crypto

/// A number from which everything that is made up for a world follows: the same for the same name, whatever else is made up.
package struct WorldSeed: Sendable, Hashable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }

    package static func random() -> WorldSeed { WorldSeed(.random(in: 0...UInt64(UInt32.max))) }

    /// Letters and digits, as WeCom's tokens and keys are made of.
    package func text(_ length: Int, for name: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var letters: [UInt8] = []
        var piece = 0
        while letters.count < length {
            letters += bytes(for: "\(name)#\(piece)").map { alphabet[Int($0) % alphabet.count] }
            piece += 1
        }
        return String(decoding: letters.prefix(length), as: UTF8.self)
    }

    /// A number from zero on that is less than `limit`.
    package func number(below limit: Int, for name: String) -> Int {
        let number = bytes(for: name).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(max(1, limit)))
    }

    private func bytes(for name: String) -> [UInt8] { sha256(Array("\(number)/\(name)".utf8)) }
}
